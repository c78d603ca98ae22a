"""Randomness: the states of the global generators, so that a cell that draws from one is known exactly."""

import base64
import json
import random
import sys
from array import array
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from celltrail.fingerprint.digest import of_bytes
from celltrail.records import GeneratorState

RawStates = tuple[tuple[str, Any], ...]
"""The states as the generators give them, by the generator's name: for `digested` alone."""


def generator_states() -> tuple[GeneratorState, ...]:
    """The states of the global generators of Python, numpy and torch, those that are loaded.

    Nothing is drawn and no state is changed.
    """
    return digested(raw_states())


def raw_states() -> RawStates:
    """Copies of the same, not yet digested: before every cell they are taken, and few cells need the digests."""
    found: list[tuple[str, Any]] = [("python", random.getstate())]
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        owner = getattr(getattr(numpy_random, "mtrand", None), "_rand", numpy_random)
        if hasattr(owner, "get_state"):  # half imported, it has not
            found.append(("numpy", owner.get_state(legacy=False)))
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "get_rng_state"):
        found.append(("torch", torch.get_rng_state()))
    return tuple(found)


def digested(states: RawStates) -> tuple[GeneratorState, ...]:
    """What the states are recorded as."""
    return tuple(GeneratorState(name, of_bytes(_CONTENT[name](state))) for name, state in states)


def drawn_from(before: RawStates, after: RawStates) -> tuple[str, ...]:
    """The generators whose state differs, without digests; one that was loaded in between is not counted."""
    earlier = dict(before)
    return tuple(name for name, state in after if name in earlier and not _is_same(earlier[name], state))


def packed(states: RawStates) -> bytes:
    """The states as JSON text, exact: for `restore`."""
    plain = {name: _PLAIN[name](state) for name, state in states}
    return json.dumps({"format": 1, "states": plain}, separators=(",", ":")).encode()


def restore(content: bytes) -> tuple[str, ...]:
    """Set the generators to the states in a packed text; those of libraries that are not loaded are loaded.

    Returns:
        The names of the generators.

    Raises:
        ValueError: The text is no packed state.
    """
    document = json.loads(content)
    if not isinstance(document, dict) or document.get("format") != 1:
        raise ValueError("no packed state of random generators, or one of a newer celltrail")
    states: dict[str, Any] = document["states"]
    for name, state in states.items():
        _RESTORE[name](state)
    return tuple(states)


def _python(state: Any) -> bytes:
    version, words, gauss = state
    return array("Q", words).tobytes() + repr((version, gauss)).encode()


def _numpy(state: Any) -> bytes:
    return b"\0".join(_flatten(state))


def _torch(state: Any) -> memoryview:
    return memoryview(state.numpy())


def _flatten(state: Any) -> Iterator[bytes]:
    """The entries of a bit generator's state: numbers, arrays of numbers, and dicts of them."""
    for key, part in state.items():
        yield key.encode()
        if isinstance(part, dict):
            yield from _flatten(part)
        else:
            yield part.tobytes() if hasattr(part, "tobytes") else repr(part).encode()


def _is_same(left: Any, right: Any) -> bool:
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_is_same(left[key], right[key]) for key in left)
    if hasattr(left, "tobytes"):
        return bool(left.tobytes() == right.tobytes())
    if hasattr(left, "numpy"):
        return bool(left.numpy().tobytes() == right.numpy().tobytes())
    return bool(left == right)


def _plain_numpy(state: Any) -> Any:
    """The entries with arrays as lists beside their type."""
    if isinstance(state, dict):
        return {key: _plain_numpy(part) for key, part in state.items()}
    if hasattr(state, "tolist") and state.ndim:
        return {"array": state.tolist(), "dtype": str(state.dtype)}
    return state.item() if hasattr(state, "item") else state


def _arrays(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    if plain.keys() == {"array", "dtype"}:
        return import_module("numpy").array(plain["array"], dtype=plain["dtype"])
    return {key: _arrays(part) for key, part in plain.items()}


def _restore_python(state: Any) -> None:
    version, words, gauss = state
    random.setstate((version, tuple(words), gauss))


def _restore_numpy(state: Any) -> None:
    owner = import_module("numpy.random.mtrand")._rand  # noqa: SLF001 - what numpy.random's functions are bound to
    owner.set_state(_arrays(state))


def _restore_torch(state: Any) -> None:
    torch = import_module("torch")
    torch.set_rng_state(torch.tensor(list(base64.b64decode(state)), dtype=torch.uint8))


_PLAIN: dict[str, Callable[[Any], Any]] = {
    "python": list,
    "numpy": _plain_numpy,
    "torch": lambda state: base64.b64encode(_torch(state)).decode(),
}
_RESTORE: dict[str, Callable[[Any], None]] = {
    "python": _restore_python,
    "numpy": _restore_numpy,
    "torch": _restore_torch,
}
_CONTENT: dict[str, Callable[[Any], bytes | memoryview]] = {"python": _python, "numpy": _numpy, "torch": _torch}
