"""What cells do to files that the trail does not see: they remove, rename, run a shell, write modules.

Only opened files are recorded, and only those that cells wrote are put back after a replay. So cells that do more run
in a folder of their own: what they remove there is a copy.
"""

import re
from collections.abc import Iterable

from celltrail.store.base import CellExecution

_SIGNS = re.compile(
    r"""
      \b(?:rmtree|unlink|rmdir|removedirs|renames|send2trash|copytree|copyfile|copy2)\b
    | \bos\s*\.\s*(?:remove|rename|replace|truncate|link|symlink|system|popen|spawn\w+)\b
    | \bshutil\s*\.\s*(?:move|copy|unpack_archive)\b
    | \bfrom\s+(?:os|shutil)\s+import\b
    | \.rename\(\s*(?!\w+\s*=|\{|\))                  # a path's: a frame's has columns=, or a dictionary
    | \.replace\((?:[^,()=]|\([^,()]*\))+\)           # a path's has one argument, a text's two
    | \bextractall\b | \bsubprocess\b | \burlretrieve\b
    | ^\s*(?:\w+\s*=\s*)?!                             # a shell
    | ^\s*%%?(?:bash|sh|script|cmd|sx|system|perl|ruby|writefile|file|save)\b
    | ^\s*%(?:rm|mv|cp|mkdir|rmdir|git|less)\b
    | \.(?:py|pyi|pth|ipynb)['"]\s*(?:,\s*(?:mode\s*=\s*)?['"][wax]|\)\s*\.\s*(?:write_|open\(\s*['"][wax]))
    """,
    re.MULTILINE | re.VERBOSE,
)


def changes_unrecorded(executions: Iterable[CellExecution]) -> bool:
    """Whether cells may change files otherwise than by opening them: by their sources, rather too often than not."""
    return any(_SIGNS.search(execution.source) for execution in executions)
