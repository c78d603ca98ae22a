"""The variables of a frame of the user's, those of the comprehensions that run in it among them.

Up to Python 3.11 a comprehension has a frame of its own; from 3.12 on it runs in the frame of the code around it.
"""

import sys
from collections import ChainMap
from collections.abc import Mapping
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any

from celltrail.capture.attribution.callsite import CELL_NAMES

# 3.13.0 to 3.13.2 end the process when a comprehension's variable is read whose name a closure of the same code has too
_READING_MAY_CRASH = (3, 13) <= sys.version_info < (3, 13, 3)
_UNREADABLE = object()  # in the place of a value, so that nobody takes a global of the same name for it


def variables(frame: FrameType) -> Mapping[str, Any]:
    """What the names of a frame are bound to; in a cell, and in a function, also those of a comprehension's turn."""
    found: Mapping[str, Any] = frame.f_locals
    if type(found) is dict:
        return found
    if _READING_MAY_CRASH:
        found = _read_safely(frame.f_code, found)
    # in a comprehension of a cell, 3.13 shows the comprehension's variables and no others
    return ChainMap(dict(found), frame.f_globals) if frame.f_code.co_name in CELL_NAMES else found


def _read_safely(code: CodeType, found: Mapping[str, Any]) -> dict[str, Any]:
    names = dict.fromkeys((*code.co_varnames, *code.co_cellvars, *code.co_freevars))
    unsafe = _unsafe_names(code)
    readable = {name: found[name] for name in names if name not in unsafe and name in found}
    return readable | dict.fromkeys(unsafe, _UNREADABLE)


@lru_cache(maxsize=1024)
def _unsafe_names(code: CodeType) -> frozenset[str]:
    closed = {*code.co_cellvars, *code.co_freevars}
    if not closed:
        return frozenset()
    from dis import get_instructions

    of_comprehensions = {step.argval for step in get_instructions(code) if step.opname == "LOAD_FAST_AND_CLEAR"}
    return frozenset(closed & of_comprehensions)
