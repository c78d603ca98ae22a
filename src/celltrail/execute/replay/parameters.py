"""The papermill parameters of a session, as they were given: a replay's runs have them as the recorded ones do."""

import ast
from collections.abc import Sequence
from typing import Any

from celltrail.capture.uris import HIDDEN
from celltrail.errors import ParameterError
from celltrail.execute.parameters import INJECTED_TAG, PARAMETERS_TAG, check_values, read_declared
from celltrail.records import Param, ParamKind
from celltrail.store.runs import CellExecution


def parameters_of(params: Sequence[Param], executions: Sequence[CellExecution]) -> dict[str, Any]:
    """The parameters as values by name; none where the repeated cells do not set them all.

    They are set by the cell that papermill injected, which is repeated like any other: this is for the record only, and
    a secret, which is recorded without its value, is not among them.
    """
    tagged = [one for one in executions if {INJECTED_TAG, PARAMETERS_TAG} & set(one.tags)]
    if not any(INJECTED_TAG in one.tags for one in tagged):
        return {}
    try:
        values = {param.key: _value(param) for param in params if param.value != HIDDEN}
        return check_values(read_declared(tagged[0].source), values)
    except (ParameterError, ValueError, SyntaxError):
        return {}


def _value(param: Param) -> Any:
    match param.kind:
        case ParamKind.TEXT:
            return param.value
        case ParamKind.NUMBER if param.value in {"nan", "inf", "-inf"}:
            return float(param.value)
        case _:
            return ast.literal_eval(param.value)
