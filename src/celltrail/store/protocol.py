"""The store's contract as requests: which methods can be asked from afar, and their arguments and answers as bytes.

A question is `POST <address>/store/<method>` with its arguments as one JSON object. The answer is the record in JSON,
or an artifact's content as it is; an error is a `StoreProblem`, which the asking side raises again as what it was.
"""

import inspect
import json
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from celltrail import codec, errors
from celltrail.store.base import Store

METHODS = tuple(
    name for name, value in vars(Store).items() if getattr(value, "__isabstractmethod__", False) and name != "close"
)


class BadRequestError(errors.StoreError):
    """A question that is none of the contract's."""


@dataclass(frozen=True, slots=True)
class StoreProblem:
    """A store's error on its way: its class, its text, and the fields that it is made of again."""

    error: str
    message: str
    text: str = ""
    position: int = 0
    expected: str = ""
    matches: tuple[str, ...] = ()


def encode_arguments(arguments: Mapping[str, Any]) -> bytes:
    """The body of a question."""
    return codec.dumps(arguments)


def decode_arguments(method: str, body: bytes) -> dict[str, Any]:
    """The arguments of a question, each of its type.

    Raises:
        BadRequestError: There is no such method, an argument is missing or unknown, or has another type.
    """
    hints, required = _signature(method)
    try:
        plain = _checked(json.loads(body) if body.strip() else {}, hints, required)
        return {name: codec.from_plain(hints[name], value) for name, value in plain.items()}
    except (ValueError, TypeError) as error:
        raise BadRequestError(f"cannot read the arguments of {method}: {error}") from error


def _checked(plain: Any, hints: Mapping[str, Any], required: frozenset[str]) -> dict[str, Any]:
    if not isinstance(plain, dict):
        raise TypeError("the arguments are not a JSON object")
    unknown = sorted(plain.keys() - hints.keys())
    missing = sorted(required - plain.keys())
    if unknown or missing:
        raise TypeError(f"unknown arguments {unknown}, missing arguments {missing}")
    return plain


def encode_answer(answer: Any) -> bytes:
    """The body of an answer."""
    return answer if isinstance(answer, bytes) else codec.dumps(answer)


def decode_answer(method: str, body: bytes) -> Any:
    """The answer to a question.

    Raises:
        ValueError: The body is no answer of this method.
    """
    kind = typing.get_type_hints(getattr(Store, method))["return"]
    return body if kind is bytes else codec.loads(kind, body)


def encode_error(error: errors.CelltrailError) -> bytes:
    """The body of an answer that is an error."""
    fields = {
        name: getattr(error, name) for name in ("text", "position", "expected", "matches") if hasattr(error, name)
    }
    name = next((name for name in ("run_id", "digest", "execution_id") if hasattr(error, name)), "")
    if name:
        fields["text"] = getattr(error, name)
    return codec.dumps(StoreProblem(type(error).__name__, str(error), **fields))


def decode_error(body: bytes) -> errors.StoreError:
    """The error of an answer, as the class that it was where it can be made again, else a StoreError with its text.

    Raises:
        ValueError: The body is no error.
    """
    problem = codec.loads(StoreProblem, body)
    make: dict[str, Callable[[], errors.StoreError]] = {
        "FilterError": lambda: errors.FilterError(problem.text, problem.position, problem.expected),
        "RunNotFoundError": lambda: errors.RunNotFoundError(problem.text, problem.matches),
        "ExecutionNotFoundError": lambda: errors.ExecutionNotFoundError(problem.text),
        "BlobNotFoundError": lambda: errors.BlobNotFoundError(problem.text),
    }
    return make.get(problem.error, lambda: errors.StoreError(problem.message))()


@cache
def _signature(method: str) -> tuple[dict[str, Any], frozenset[str]]:
    if method not in METHODS:
        raise BadRequestError(f"the store has no method {method!r:.80}; it has {', '.join(METHODS)}")
    function = getattr(Store, method)
    hints = typing.get_type_hints(function)
    hints.pop("return")
    parameters = inspect.signature(function).parameters.values()
    required = frozenset(p.name for p in parameters if p.name != "self" and p.default is p.empty)
    return hints, required
