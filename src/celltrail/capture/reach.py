"""Which globals a value of the notebook reaches: those that its code uses, and the code that it calls."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

from celltrail.capture.snapshots import MAX_NAMES

_mro = type.__dict__["__mro__"].__get__  # a metaclass of the user's cannot answer in its place
_vars = type.__dict__["__dict__"].__get__
_PLAIN = frozenset({type(None), bool, int, float, str, bytes, list, dict, tuple, set, ModuleType, BuiltinFunctionType})
_NOTHING: frozenset[str] = frozenset()


def globals_of(value: object, namespace: Mapping[str, Any]) -> AbstractSet[str]:
    """The globals that a function or class of this notebook uses, through the functions that it calls as well."""
    if _is_plain(value):
        return _NOTHING
    found: set[str] = set()
    waiting = [value]
    while waiting and len(found) < MAX_NAMES:
        for code in _codes(waiting.pop(), namespace):
            fresh = {name for name in _code_names(code) if name in namespace} - found
            found |= fresh
            waiting += [namespace[name] for name in fresh]
    return found


def _is_plain(value: object) -> bool:
    """Whether no code of the notebook can hang on it, seen without asking a metaclass of the user's for a hash."""
    kind = type(value)
    return type(kind) is type and kind in _PLAIN


def _codes(value: Any, namespace: Mapping[str, Any]) -> list[CodeType]:
    if type(value) is FunctionType:
        return [value.__code__] if value.__globals__ is namespace else []
    kind = value if issubclass(type(value), type) else type(value)
    if _vars(kind).get("__module__") != "__main__":
        return []
    spaces = [_vars(base) for base in _mro(kind)]
    members = [member for space in spaces if space.get("__module__") == "__main__" for member in space.values()]
    return [member.__code__ for member in members if type(member) is FunctionType]


@lru_cache(maxsize=1024)
def _code_names(code: CodeType) -> frozenset[str]:
    inner = [_code_names(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return frozenset(code.co_names).union(*inner)
