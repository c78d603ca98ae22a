"""Names of files in an archive that somebody else wrote: which are taken, on every system that may unpack them."""

import re
import sys
import unicodedata

_MAX_PART_BYTES = 200
_MAX_NAME_BYTES = 900
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*\\]')
# Read or run by a program that merely starts in the folder: Jupyter reads its configuration from where it is started.
_STARTUP = re.compile(
    r"(jupyter\w*_config|ipython\w*_config|sitecustomize|usercustomize|conftest|noxfile|setup|tasks|fabfile)\.(py|json|cfg)"
    r"|pyproject\.toml|pytest\.ini|tox\.ini|makefile|.*\.(pth|desktop|lnk|url|scf|cmd|bat|ps1)|desktop\.ini|autorun\.inf",
    re.IGNORECASE,
)
_OWN = frozenset({"celltrail", "celltrail-bundle", "ipython", "jupyter", "ipykernel", "sitecustomize"})


def problem_of(name: str) -> str:
    """Why a name is refused; empty where it is a plain relative path on every system."""
    if len(name.encode("utf-8", "surrogatepass")) > _MAX_NAME_BYTES:
        return "is too long"
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in name):
        return "has characters that cannot be seen"
    if _FORBIDDEN.search(name):
        return "has a character that not every system takes in a name"
    if unicodedata.normalize("NFC", name) != name:
        return "is not in its normal form"
    parts = name.split("/")
    return next((problem for part in parts if (problem := _problem_of_part(part))), "")


def _problem_of_part(part: str) -> str:
    if part in {"", ".", ".."}:
        return "is no plain relative path"
    if part.endswith((".", " ")) or part.startswith(" "):
        return "has a part that begins or ends with a blank or a dot"
    if len(part.encode("utf-8")) > _MAX_PART_BYTES:
        return "is too long"
    return "names a device" if _DEVICE.fullmatch(part) else ""


def problem_in_project(path: str) -> str:
    """Why a file is not brought into a project's folder; empty where it may stand there.

    A file is refused that some program reads or runs merely because it is started in the folder: hidden folders with
    the configuration of git and of editors, Jupyter's configuration, modules that hide Python's own.
    """
    problem = problem_of(path)
    if problem:
        return problem
    parts = path.split("/")
    if any(part.startswith(".") for part in parts):
        return "is hidden"
    if any(_STARTUP.fullmatch(part) for part in parts):
        return "is read or run by programs that merely start there"
    first = parts[0].partition(".")[0].casefold()
    is_module = len(parts) > 1 or parts[0].casefold().endswith((".py", ".pyc", ".so", ".pyd"))
    if is_module and (first in _OWN or _hides_python(parts, first)):
        return "would hide a module of Python or celltrail"
    return ""


def _hides_python(parts: list[str], first: str) -> bool:
    """A module beside the notebook, or a package that has an `__init__`, goes before the standard library's."""
    is_code = len(parts) == 1 or parts[1].casefold() == "__init__.py"
    return is_code and first in sys.stdlib_module_names


def clash_of(names: "list[str]") -> str:
    """Two names that are one on a system that knows no case, or of which one is the folder of the other; or nothing."""
    seen: dict[str, str] = {}
    folders: dict[str, str] = {}
    for name in names:
        key = unicodedata.normalize("NFKC", name).casefold()
        if key in seen:
            return f"{seen[key]} and {name}"
        seen[key] = name
        parts = key.split("/")
        folders |= {"/".join(parts[:end]): name for end in range(1, len(parts))}
    hit = next((key for key in seen if key in folders), None)
    return "" if hit is None else f"{seen[hit]} and {folders[hit]}"
