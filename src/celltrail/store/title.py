"""Short words for a run: a name that says what is inside a model, and parameters in one line. Pure text."""

import math
import re
from collections.abc import Mapping

_MAX_TITLE = 80
_MAX_VALUE = 24
_MAX_KEY = 32
_CELL = "cell"
# The last class of a pipeline's steps as hyperparameters describe it: [('scale', StandardScaler), ('model', SVC)]
_LAST_STEP = re.compile(r", (\w+)\)\]$")
_CLASS = re.compile(r"^[A-Za-z_]\w*$")
_UNTOLD_LINE = re.compile(r"(import|from)\s|[%!]")


def title_of(name: str, estimator: str, source: str, classes: Mapping[str, str]) -> str:
    """A run's name in a list.

    Args:
        name: Its name.
        estimator: The qualified name of the class that was fitted; may be empty.
        source: The source of the cell whose own run it is; empty for other runs.
        classes: The objects among its parameters, each by its class: `steps`, `estimator`, `estimator__steps`.
    """
    if source and name == _CELL:
        return first_line(source) or _tracked(source) or name
    kind = estimator.rpartition(".")[2]
    is_own_name = bool(kind) and (name == kind or name.endswith(f"({kind})"))
    inside = _inside(classes) if is_own_name else ""
    if not inside:
        return name
    return f"{name[:-1]}({inside}))" if name.endswith(")") else f"{name}({inside})"


def _inside(classes: Mapping[str, str]) -> str:
    for key in ("steps", "estimator__steps"):
        last = _LAST_STEP.search(classes.get(key, ""))
        if last:
            return f"… {last[1]}"
    inner = classes.get("estimator", "")
    return inner if _CLASS.match(inner) else ""


def first_line(source: str) -> str:
    """The first line of a cell that says what it does: no import, no magic; a comment counts."""
    for line in source.splitlines():
        text = line.strip().lstrip("#").strip().removeprefix("%%").strip()
        if text and not _UNTOLD_LINE.match(text):
            return cut(text, _MAX_TITLE)
    return ""


def _tracked(source: str) -> str:
    """What a cell of magics alone keeps: `%track rmse f1`."""
    kept = (line.strip() for line in source.splitlines() if line.strip().startswith("%track "))
    return cut(next(kept, ""), _MAX_TITLE)


def short_params(params: Mapping[str, str]) -> str:
    """Parameters in few characters, `alpha=0.1, depth=3`; a step's name is left out where none is meant twice."""
    short = [key.rpartition("__")[2] for key in params]
    names = short if len(set(short)) == len(short) else list(params)
    pairs = zip(names, params.values(), strict=True)
    return ", ".join(f"{cut(name, _MAX_KEY)}={_short(value)}" for name, value in pairs)


def _short(value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return cut(" ".join(value.split()), _MAX_VALUE)
    is_long = len(value) > 7 and math.isfinite(number)  # noqa: PLR2004 - as in 0.12345
    return f"{number:.4g}" if is_long else value


def cut(text: str, length: int) -> str:
    """A text of at most so many characters, with an ellipsis where some are missing."""
    return text if len(text) <= length else text[: length - 1] + "…"
