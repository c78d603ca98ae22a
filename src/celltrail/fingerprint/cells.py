"""One Python object as bytes, by its value: no repr, no pickle, no method of a class that we do not know.

Each encoding starts with a letter for its type, so that 1, 1.0, True and "1" are four different things. What cannot
be read is encoded by the name of its class alone, and the encoder then says that it is partial.
"""

import datetime as dt
import struct
import sys
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

MAX_DEPTH = 12
MISSING = b"N"

_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - naive on purpose: wall-clock values are encoded as they stand
_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
_MRO = type.__dict__["__mro__"]
_NAN = struct.pack("<d", float("nan"))


def is_missing(value: object) -> bool:
    """Whether a cell holds nothing: None, a NaN, pandas' NA or NaT."""
    kind = type(value)
    if kind is float:
        return value != value  # noqa: PLR0124 - the one way to ask for NaN without a function call
    return value is None or kind in missing_types()


def bases_of(kind: type) -> tuple[type, ...]:
    """The class and its bases, past whatever a metaclass would say to `__mro__`."""
    bases: tuple[type, ...] = _MRO.__get__(kind)
    return bases


def missing_types() -> tuple[type, ...]:
    """The classes whose every instance stands for a missing value."""
    pandas = sys.modules.get("pandas")
    known: list[type] = [type(None)]
    for name in ("NA", "NaT"):
        mark = getattr(pandas, name, None)
        if mark is not None:
            known.append(type(mark))
    return tuple(known)


def nanoseconds(value: dt.datetime) -> int:
    """Wall-clock time since 1970 in nanoseconds; pandas' own nanoseconds are kept."""
    day = dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - as _EPOCH
    time = (value.hour * 60 + value.minute) * 60 + value.second
    microseconds = ((day - _EPOCH).days * 86_400 + time) * 1_000_000 + value.microsecond
    return microseconds * 1000 + getattr(value, "nanosecond", 0)


def time_of_day(value: dt.time) -> int:
    """Nanoseconds since midnight."""
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return (seconds * 1_000_000 + value.microsecond) * 1000


def days(value: dt.date) -> int:
    """Days since 1970-01-01."""
    return dt.date.toordinal(value) - _EPOCH_DAY


def decimal_text(value: Decimal) -> bytes:
    """A decimal without its trailing zeros: 1.10 and 1.1 are the same number, whatever scale a file gives them."""
    sign, digits, exponent = Decimal.as_tuple(value)
    if not isinstance(exponent, int):
        return str(exponent).encode() + str(sign).encode()
    text = "".join(map(str, digits)).lstrip("0")
    stripped = text.rstrip("0")
    exponent = exponent + len(text) - len(stripped) if stripped else 0
    return f"{'-' if sign else ''}{stripped or '0'}e{exponent}".encode()


class CellEncoder:
    """Encodes objects and remembers whether one of them could not be read.

    Not thread-safe: one per fingerprint.
    """

    def __init__(self) -> None:
        self.is_partial = False
        self._missing = missing_types()
        self._scalars = dict(_SCALARS)
        for module, name, encode in _LATE_SCALARS:
            kind = getattr(sys.modules.get(module), name, None)
            if kind is not None:
                self._scalars[kind] = encode
        self._nested: dict[type, Callable[[Any, int], bytes]] = {
            list: self._sequence,
            tuple: self._sequence,
            dict: self._mapping,
            set: self._set,
            frozenset: self._set,
        }

    def encode(self, value: object, depth: int = 0) -> bytes:
        """The bytes that stand for the object's type and value; lists and dicts down to twelve levels."""
        kind = type(value)
        encode = self._scalars.get(kind)
        if encode is not None:
            return encode(value)
        if kind in self._missing:
            return MISSING
        if depth >= MAX_DEPTH:
            return self._unreadable(kind)
        nested = self._nested.get(kind, self._foreign)
        return nested(value, depth)

    def _sequence(self, value: Any, depth: int) -> bytes:
        return _framed(b"l", [self.encode(item, depth + 1) for item in tuple(value)])

    def _set(self, value: Any, depth: int) -> bytes:
        return _framed(b"S", sorted(self.encode(item, depth + 1) for item in tuple(value)))

    def _mapping(self, value: Any, depth: int) -> bytes:
        pairs = [(self.encode(key, depth + 1), self.encode(item, depth + 1)) for key, item in tuple(value.items())]
        return _framed(b"m", [part for pair in sorted(pairs) for part in pair])

    def _foreign(self, value: Any, depth: int) -> bytes:
        kind = type(value)
        numpy = sys.modules.get("numpy")
        if numpy is not None and kind is numpy.ndarray:
            if value.dtype.kind in "biufcUSO":
                return self._sequence(value.tolist() if value.ndim else [value.item()], depth)
        elif numpy is not None and numpy.generic in bases_of(kind):
            return self._numpy_scalar(value, kind, depth)
        if kind is getattr(sys.modules.get("pandas"), "Interval", None):
            parts = (value.left, value.right, value.closed)
            return _framed(b"I", [self.encode(part, depth + 1) for part in parts])
        for base, encode in _SUBCLASSED:
            if base in bases_of(kind):
                return b"c" + _class_name(kind) + b"\0" + encode(value)
        return self._unreadable(kind)

    def _numpy_scalar(self, value: Any, kind: type, depth: int) -> bytes:
        if value.dtype.kind in "biufcSU":
            plain = value.item()
            return self._unreadable(kind) if type(plain) is kind else self.encode(plain, depth)
        if value.dtype.kind in "mM":
            return b"M" + str(value.dtype).encode() + bytes(value.tobytes())
        return self._unreadable(kind)

    def _unreadable(self, kind: type) -> bytes:
        self.is_partial = True
        return b"?" + _class_name(kind)


def _framed(tag: bytes, parts: list[bytes]) -> bytes:
    heads = struct.pack(f"<Q{len(parts)}Q", len(parts), *map(len, parts))
    return tag + heads + b"".join(parts)


def _class_name(kind: type) -> bytes:
    return type.__repr__(kind).encode("utf-8", "surrogatepass")


def _float(value: Any) -> bytes:
    return MISSING if value != value else b"f" + float.__float__(value).hex().encode()  # noqa: PLR0124 - NaN


def _complex(value: Any) -> bytes:
    parts = [_NAN if part != part else struct.pack("<d", part) for part in (value.real, value.imag)]  # noqa: PLR0124 - NaN
    return b"z" + b"".join(parts)


def _integer(value: Any) -> bytes:
    # Hexadecimal: Python refuses to write an int of more than 4,300 digits in decimal.
    return b"i" + format(int.__int__(value), "x").encode()


def _text(value: Any) -> bytes:
    return b"s" + str.encode(value, "utf-8", "surrogatepass")


def _datetime(value: Any) -> bytes:
    return b"T" + str(nanoseconds(value)).encode() + b" " + zone_name(value.tzinfo).encode()


def _timedelta(value: Any) -> bytes:
    microseconds = (value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds
    return b"D" + str(microseconds * 1000 + getattr(value, "nanoseconds", 0)).encode()  # pandas' own has nanoseconds


def _period(value: Any) -> bytes:
    return b"P" + f"{value.ordinal} {value.freqstr}".encode()


def zone_name(zone: object) -> str:
    """One name for a time zone, whichever library made it: "Europe/Berlin", "UTC", "+01:00"; empty for None.

    A zone of a class that we do not know is named by its class.
    """
    if zone is None:
        return ""
    if isinstance(zone, str):
        return _offset_name(zone)
    home = type(zone).__module__.partition(".")[0]
    if home not in {"datetime", "zoneinfo", "pytz", "dateutil", "pandas", "pyarrow"}:
        return type.__repr__(type(zone))
    if home == "dateutil":
        return str(zone).rpartition("zoneinfo/")[2].strip("'\")")
    return _offset_name(str(getattr(zone, "zone", None) or zone))


def _offset_name(name: str) -> str:
    if name in {"UTC", "Etc/UTC", "Z", "UTC+00:00", "+00:00"}:
        return "UTC"
    return name.removeprefix("UTC") if name.startswith(("UTC+", "UTC-")) else name


_SCALARS: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda _: MISSING,
    bool: lambda value: b"b\x01" if value else b"b\x00",
    int: _integer,
    float: _float,
    complex: _complex,
    str: _text,
    bytes: lambda value: b"y" + value,
    bytearray: lambda value: b"y" + bytes(value),
    Decimal: lambda value: b"d" + decimal_text(value),
    dt.datetime: _datetime,
    dt.date: lambda value: b"a" + str(days(value)).encode(),
    dt.time: lambda value: b"t" + str(time_of_day(value)).encode() + b" " + zone_name(value.tzinfo).encode(),
    dt.timedelta: _timedelta,
}
# Of modules that are read only where the user's code has loaded them.
_LATE_SCALARS: tuple[tuple[str, str, Callable[[Any], bytes]], ...] = (
    ("fractions", "Fraction", lambda value: b"q" + f"{value.numerator:x}/{value.denominator:x}".encode()),
    ("uuid", "UUID", lambda value: b"u" + value.bytes),
    ("pandas", "Timestamp", _datetime),
    ("pandas", "Timedelta", _timedelta),
    ("pandas", "Period", _period),
)
# A subclass is read through its base's own methods, so that nothing the subclass overrides is run.
_SUBCLASSED: tuple[tuple[type, Callable[[Any], bytes]], ...] = (
    (str, _text),
    (int, _integer),
    (float, lambda value: b"f" + float.hex(value).encode()),
    (bytes, lambda value: b"y" + bytes.__getitem__(value, slice(None))),
)


def encode_all(values: Iterable[object], encoder: CellEncoder) -> list[bytes | None]:
    """Each value's bytes, None where it is missing."""
    parts = [encoder.encode(value) for value in values]
    return [None if part == MISSING else part for part in parts]
