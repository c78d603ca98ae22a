"""Records travel through JSON and come back equal; what is not a record is refused by name."""

import dataclasses
import enum
import json
import math
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import celltrail.records
from celltrail import codec
from celltrail.journal import events, run_events
from celltrail.records import (
    CodeVersion,
    DatasetVersion,
    ErrorInfo,
    Evidence,
    Hardware,
    Param,
    ParamKind,
    Seed,
    Status,
    Tag,
)


class Suit(enum.Enum):
    HEARTS = "h"


@dataclass(frozen=True, slots=True)
class Inner:
    """A record within a record."""

    x: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Everything:
    """Each form of field that a record may have."""

    number: int
    real: float
    text: str
    flag: bool
    maybe: str | None = None
    either: int | float | str | None = None
    many: tuple[Inner, ...] = ()
    pair: tuple[str, int] = ("", 0)
    by_name: Mapping[str, float] = field(default_factory=dict)
    status: Status = Status.RUNNING
    anything: Any = None
    nested: tuple[tuple[float, ...], ...] = ()
    inner: Inner | None = None


def again(record: Any) -> Any:
    return codec.loads(type(record), codec.dumps(record))


texts = st.text(st.characters(), max_size=8)  # lone surrogates too: a name of a file may hold them
floats = st.floats(allow_nan=False)
inners = st.builds(Inner, floats, texts)
everythings = st.builds(
    Everything,
    number=st.integers(),
    real=floats,
    text=texts,
    flag=st.booleans(),
    maybe=st.none() | texts,
    many=st.lists(inners, max_size=3).map(tuple),
    pair=st.tuples(texts, st.integers()),
    by_name=st.dictionaries(texts, floats, max_size=3),
    status=st.sampled_from(Status),
    nested=st.lists(st.lists(floats, max_size=2).map(tuple), max_size=2).map(tuple),
    inner=st.none() | inners,
)


@given(everythings)
def test_every_record_comes_back_equal(record):
    assert again(record) == record


@given(everythings)
def test_the_text_is_ascii_on_one_line(record):
    data = codec.dumps(record)
    assert data.isascii()
    assert b"\n" not in data


def all_records() -> list[type]:
    """Every record of records.py and every event of the journal."""
    return [
        kind
        for module in (celltrail.records, events, run_events)
        for kind in vars(module).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__
    ]


def example(hint: Any) -> Any:
    """Some value of a type, with something in each field."""
    args = typing.get_args(hint)
    origin = typing.get_origin(hint)
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return hint(**{part.name: example(hints[part.name]) for part in dataclasses.fields(hint)})
    if origin is tuple:
        return (example(args[0]),) * 2 if args[-1] is Ellipsis else tuple(map(example, args))
    if origin is not None and issubclass(origin if isinstance(origin, type) else object, Mapping):
        return {"key": example(args[1])}
    if args:
        return example(next(arg for arg in args if arg is not type(None)))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return list(hint)[-1]
    return {int: 7, float: 0.1, str: "é\ud800", bool: True}[hint]


@pytest.mark.parametrize("kind", all_records(), ids=lambda kind: kind.__name__)
def test_every_record_of_celltrail_comes_back_equal(kind):
    record = example(kind)
    assert again(record) == record
    assert type(again(record)) is kind


def by_way_of_plain(record: Any) -> bytes:
    """The text that the C encoder must give when it walks a record itself."""
    plain = {"type": type(record).__name__, **codec.to_plain(record)}
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(plain, separators=(",", ":")).encode()


@pytest.mark.parametrize("kind", all_records(), ids=lambda kind: kind.__name__)
def test_a_typed_record_is_the_plain_one_with_its_type_in_front(kind):
    record = example(kind)
    assert codec.dump_typed(record) == by_way_of_plain(record)


class Mine(str):
    """A text of the user's, with its own idea of what it says."""

    __slots__ = ()

    def __str__(self) -> str:
        return "other"


@pytest.mark.parametrize(
    "record",
    [
        Everything(10**4_000, 0.1, "é", flag=False, many=(Inner(1.5, "n"), Inner(-0.0)), by_name={"ü": 1.0}),
        Everything(1, math.nan, "é", flag=True, many=(Inner(math.inf),), by_name={"k": -math.inf}),
        Everything(1, 1.0, "\udcff", flag=True, either=np.float64(0.1)),
        Everything(1, math.inf, "\udcff", flag=True),
        Everything(1, 1.0, Mine("x"), flag=True, anything={"deep": [Inner(2.0), (Status.KILLED, None)]}),
        Inner(1.0),
    ],
    ids=["plain", "no numbers", "surrogate", "both", "subclass", "float"],
)
def test_a_typed_record_of_odd_values_is_the_plain_one_too(record):
    assert codec.dump_typed(record) == by_way_of_plain(record)


@pytest.mark.parametrize(
    "value", [object(), b"bytes", {1, 2}, 1j, Suit.HEARTS, Inner], ids=lambda value: type(value).__name__
)
def test_a_typed_record_holds_what_a_record_may_hold_and_nothing_else(value):
    with pytest.raises(TypeError, match="a record cannot hold a"):
        codec.dump_typed(Everything(1, 1.0, "", flag=True, anything=value))


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1e308, 5e-324, -0.0, 0.1, 2.0**53 + 2])
def test_every_float_is_exact(value):
    assert math.copysign(1, again(Inner(value)).x) == math.copysign(1, value)
    assert again(Inner(value)).x == value


def test_what_json_lacks_travels_as_text():
    assert json.loads(codec.dumps(Inner(math.inf)))["x"] == "Infinity"
    assert json.loads(codec.dumps(Inner(-math.inf)))["x"] == "-Infinity"
    assert json.loads(codec.dumps(Inner(math.nan)))["x"] == "NaN"
    assert math.isnan(again(Inner(math.nan)).x)


def test_text_that_looks_like_a_number_stays_text():
    assert again(Tag("NaN", "Infinity")) == Tag("NaN", "Infinity")
    assert again(Param("lr", "-Infinity", ParamKind.NUMBER)).value == "-Infinity"


def test_an_int_where_a_float_belongs_becomes_a_float():
    assert type(codec.loads(Inner, '{"x": 1}').x) is float


def test_a_union_takes_the_first_type_that_fits():
    for value in (3, 0.5, "0.5", None):
        record = Everything(1, 1.0, "", flag=False, either=value)
        assert again(record).either == value
        assert type(again(record).either) is type(value)


def test_a_subclass_of_a_plain_type_becomes_plain():
    class Loud(str):
        __slots__ = ()

        def __str__(self) -> str:
            return "other"

    plain = codec.to_plain({"a": Loud("x"), "b": Status.FAILED, "c": True})
    assert json.dumps(plain) == '{"a": "x", "b": "failed", "c": true}'
    assert {type(part) for part in plain.values()} == {str, bool}


def test_numbers_of_numpy_are_written_as_what_they_are():
    assert codec.to_plain(np.float64(0.5)) == 0.5
    assert type(codec.to_plain(np.float64(0.5))) is float
    with pytest.raises(TypeError, match="a record cannot hold a float32"):
        codec.to_plain(np.float32(0.5))


@pytest.mark.parametrize(
    "value",
    [object(), b"bytes", {1, 2}, 1j, Suit.HEARTS, Inner, print],
    ids=["object", "bytes", "set", "complex", "enum", "class", "function"],
)
def test_what_no_record_may_hold_is_refused_by_its_type(value):
    with pytest.raises(TypeError, match="a record cannot hold a"):
        codec.to_plain(value)
    with pytest.raises(TypeError, match="a record cannot hold a"):
        codec.dumps((value,))


def test_a_huge_integer_is_exact():
    record = Everything(10**4_000, 0.0, "", flag=True)
    assert again(record).number == 10**4_000


# --- other versions -----------------------------------------------------------------------------------------------


def test_an_unknown_field_of_a_newer_writer_is_ignored():
    assert codec.loads(Tag, '{"key": "k", "value": "v", "colour": {"r": 1}}') == Tag("k", "v")


def test_a_field_that_an_older_writer_lacks_takes_its_default():
    assert codec.loads(CodeVersion, '{"digest": "d"}') == CodeVersion("d")
    assert codec.loads(Seed, "{}") == Seed()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Tag, '{"key": "k"}'),
        (Tag, '{"key": "k", "value": 1}'),
        (Tag, '{"key": "k", "value": null}'),
        (Tag, "[]"),
        (Tag, "null"),
        (Tag, '"text"'),
        (Inner, '{"x": "1.5"}'),
        (Inner, '{"x": true}'),
        (Inner, '{"x": null}'),
        (Inner, '{"x": [1]}'),
        (Hardware, '{"digest": "d", "cpu": "c", "cores": true, "memory_bytes": 1}'),
        (Hardware, '{"digest": "d", "cpu": "c", "cores": 1.0, "memory_bytes": 1}'),
        (Hardware, '{"digest": "d", "cpu": "c", "cores": 1, "memory_bytes": 1, "gpus": "abc"}'),
        (Hardware, '{"digest": "d", "cpu": "c", "cores": 1, "memory_bytes": 1, "gpus": [1]}'),
        (DatasetVersion, '{"digest": "d", "kind": "k", "columns": [{"name": "a"}]}'),
        (DatasetVersion, '{"digest": "d", "kind": "k", "rows": "3"}'),
        (DatasetVersion, '{"digest": "d", "kind": "k", "is_sampled": 1}'),
        (Param, '{"key": "k", "value": "v", "kind": "strange"}'),
        (Param, '{"key": "k", "value": "v", "kind": ["number"]}'),
        (Param, '{"key": "k", "value": "v", "kind": {}}'),
        (Everything, '{"number": 1, "real": 1, "text": "", "flag": true, "pair": ["a"]}'),
        (Everything, '{"number": 1, "real": 1, "text": "", "flag": true, "pair": ["a", 1, 2]}'),
        (Everything, '{"number": 1, "real": 1, "text": "", "flag": true, "by_name": [["a", 1]]}'),
        (Everything, '{"number": 1, "real": 1, "text": "", "flag": 1}'),
        (Everything, '{"number": 1, "real": 1, "text": "", "flag": true, "either": [1]}'),
        (ErrorInfo, '{"name": {"$ref": "x"}, "message": ""}'),
    ],
)
def test_what_is_not_the_record_is_a_value_error_that_names_it(kind, text):
    with pytest.raises(ValueError, match=f"not a {kind.__name__}"):
        codec.loads(kind, text)


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", "\x00", '{"key": }', "[" * 5_000, '{"key": "\\ud8"}'])
def test_what_is_not_json_is_a_value_error(text):
    with pytest.raises(ValueError, match=r".+"):
        codec.loads(Tag, text)


def test_bytes_that_are_no_utf8_are_a_value_error():
    with pytest.raises(ValueError, match=r".+"):
        codec.loads(Tag, b'{"key": "\xff", "value": ""}')


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_bare_constants_that_are_not_json_are_refused(number):
    with pytest.raises(ValueError, match=r"."):
        codec.loads(Inner, f'{{"x": {number}}}')


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | texts,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["key", "value", "kind", "digest", "columns", "rows"]) | texts, inner, max_size=4
            )
        ),
    )
)
def test_anything_at_all_gives_a_record_or_a_value_error(plain):
    for kind in (Param, DatasetVersion, Everything):
        try:
            record = codec.from_plain(kind, plain)
        except ValueError:
            continue
        assert again(record) == record or "NaN" in codec.dumps(record).decode()


def test_evidence_and_states_are_read_back_as_enums():
    assert codec.from_plain(Evidence, "own") is Evidence.OWN
