"""The syntax tree that IPython makes of a cell, seen as it is made: to parse the cell again costs more than all else.

The bound method `ast_parse` of the shell's compiler is shadowed on its instance, as the methods in outputs.py are. Who
misses a tree (a shell without that method, a cell with a compiler of its own) parses for himself.
"""

from collections.abc import Callable
from typing import Any

from celltrail.capture.boundary import attempt

_NAME = "ast_parse"


class ParsedSources:
    """Tells of each source that a shell parses, before it runs.

    Args:
        shell: The shell.
        tell: Called with the source and its tree, which is the shell's: it must not be changed or kept.
    """

    def __init__(self, shell: Any, tell: Callable[[str, Any], None]) -> None:
        self._compiler = getattr(shell, "compile", None)
        original = getattr(self._compiler, _NAME, None)
        if original is None:
            self._compiler = None
            return

        def ast_parse(source: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                tree = original(source, *args, **kwargs)
            except BaseException as error:
                if error.__traceback__ is not None:  # a bare raise does not put this frame back (see calls.py)
                    error.__traceback__ = error.__traceback__.tb_next
                raise
            attempt("names", tell, source, tree)
            return tree

        self._ours = ast_parse
        self._before = vars(self._compiler).get(_NAME)
        vars(self._compiler)[_NAME] = ast_parse

    def is_watching(self, shell: Any) -> bool:
        """Whether what `shell` parses is seen for certain: it may have another compiler, or another shadow."""
        compiler = getattr(shell, "compile", None)
        return compiler is not None and compiler is self._compiler and vars(compiler).get(_NAME) is self._ours

    def restore(self) -> None:
        """Take the shadow away; where somebody else's lies over it, it stays and passes everything through."""
        if self._compiler is None or vars(self._compiler).get(_NAME) is not self._ours:
            return
        if self._before is None:
            del vars(self._compiler)[_NAME]
        else:
            vars(self._compiler)[_NAME] = self._before
        self._compiler = None
