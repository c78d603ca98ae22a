"""Call back when a module has been imported, without changing how it is imported.

The finder hands out the very spec and loader that the next finder found. While the module runs the spec belongs to a
class that hears of the import's end, and no frame of ours lies below the module: with one, Python's stack of frames
crosses the ends of its chunks at other calls, and the imports of scikit-learn map 6,500 chunks more. A reload tells its
spec nothing, so there the loader's `exec_module` is shadowed on that one loader object until the module has run.
Afterwards specs, `__loader__` and later reloads are what they are without celltrail, as are a failing import's
tracebacks.
"""

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from celltrail.capture.boundary import attempt, guarded

Callback = Callable[[ModuleType], None]


class _HeardSpec(ModuleSpec):
    """A spec whose module is being imported: the import system says by `_initializing` when it has run or failed.

    Not told of in the documentation of importlib, but the same since Python 3.3: C code of the interpreter reads it.
    """

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        is_end = name == "_initializing" and not value
        try:
            if is_end:
                _finder.loaded(self.name)  # before it is said to be ready: other threads wait for that
        finally:
            super().__setattr__(name, value)
            if is_end:
                super().__setattr__("__class__", ModuleSpec)


class _Finder:
    """A meta-path finder that finds nothing itself."""

    def __init__(self) -> None:
        self.callbacks: dict[str, list[Callback]] = {}
        self.names: frozenset[str] = frozenset()
        self.on_name: Callable[[], None] | None = None

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the other finders find for a module that somebody waits for; else None."""
        if self.names and fullname.partition(".")[0] in self.names and self.on_name is not None:
            attempt("import", self.on_name)
        if fullname not in self.callbacks:
            return None
        spec = self._ask_the_others(fullname, path, target)
        if spec is not None and spec.loader is not None:
            with guarded("import"):
                self._hear(spec, is_reload=target is not None)
        return spec

    def _ask_the_others(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        for finder in list(sys.meta_path):
            if finder is not self and hasattr(finder, "find_spec"):
                spec: ModuleSpec | None = finder.find_spec(fullname, path, target)
                if spec is not None:
                    return spec
        return None

    def _hear(self, spec: ModuleSpec, *, is_reload: bool) -> None:
        if type(spec) is ModuleSpec and not is_reload:
            spec.__class__ = _HeardSpec
        else:
            self._shadow(spec.name, spec.loader)

    def _shadow(self, fullname: str, loader: Any) -> None:
        run = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            try:
                run(module)
            except BaseException as error:
                # A bare raise adds no entry of its own: this frame leaves the traceback (see calls.py).
                error.__traceback__ = error.__traceback__.tb_next if error.__traceback__ else None
                raise
            finally:
                vars(loader).pop("exec_module", None)
            self.tell(fullname, module)

        loader.exec_module = exec_module

    def loaded(self, fullname: str) -> None:
        """The import of a module has ended; where it failed the module is gone."""
        module = sys.modules.get(fullname)
        if module is not None:
            self.tell(fullname, module)

    def tell(self, fullname: str, module: ModuleType) -> None:
        """Call everybody who waits for the module."""
        for callback in tuple(self.callbacks.get(fullname, ())):
            with guarded(f"import of {fullname}"):
                callback(module)


_finder = _Finder()


def tell_of_names(names: frozenset[str], tell: Callable[[], None]) -> None:
    """Call `tell` before a module is looked for whose first name is one of these; replaces what was asked for before.

    Modules are seen while `when_imported` waits for any.
    """
    _finder.names, _finder.on_name = names, tell


def when_imported(module_name: str, callback: Callback) -> Callable[[], None]:
    """Call `callback(module)` after each execution of the module, at once where it is loaded already.

    Args:
        module_name: The full name, "sklearn.base".
        callback: Its failures are caught at the capture boundary; the import goes on.

    Returns:
        A function that takes the callback back.
    """
    waiting = _finder.callbacks.setdefault(module_name, [])
    waiting.append(callback)
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    module = sys.modules.get(module_name)
    if module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False):
        with guarded(f"import of {module_name}"):
            callback(module)

    def forget() -> None:
        if callback in waiting:
            waiting.remove(callback)
        if not waiting:
            _finder.callbacks.pop(module_name, None)
        if not _finder.callbacks and _finder in sys.meta_path:
            sys.meta_path.remove(_finder)

    return forget
