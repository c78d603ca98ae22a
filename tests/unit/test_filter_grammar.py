"""The filter's grammar: what is read as what, and what an error says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celltrail.errors import FilterError
from celltrail.store.filter_parse import Combination, Comparison, Entity, parse_filter, parse_ordering
from celltrail.store.filter_sql import FilterCompiler


def read(text):
    condition = parse_filter(text)
    assert isinstance(condition, Comparison)
    values = tuple(operand.value for operand in condition.operands)
    return condition.field.entity, condition.field.key, condition.operator, values


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("metrics.rmse < 1", (Entity.METRIC, "rmse", "<", (1.0,))),
        ("metric.`a b` >= -1.5e-3", (Entity.METRIC, "a b", ">=", (-0.0015,))),
        ('metrics."f1 📈" != +inf', (Entity.METRIC, "f1 📈", "!=", (float("inf"),))),
        ("params.model = 'ridge'", (Entity.PARAM, "model", "=", ("ridge",))),
        ('parameters.m__alpha == "it\'s"', (Entity.PARAM, "m__alpha", "=", ("it's",))),
        ("params.x = 'it''s'", (Entity.PARAM, "x", "=", ("it's",))),
        ("params.`a``b` = ''", (Entity.PARAM, "a`b", "=", ("",))),
        ("tags.mlflow.source.name LIKE '%x%'", (Entity.TAG, "mlflow.source.name", "LIKE", ("%x%",))),
        ("tag.a not ilike 'b'", (Entity.TAG, "a", "NOT ILIKE", ("b",))),
        ("attributes.status = 'FINISHED'", (Entity.ATTRIBUTE, "status", "=", ("FINISHED",))),
        ("run_name IN ('a',\"b\" , 'c')", (Entity.ATTRIBUTE, "name", "IN", ("a", "b", "c"))),
        ("params.k NOT IN (1, 2)", (Entity.PARAM, "k", "NOT IN", (1.0, 2.0))),
        ("params.k IS NULL", (Entity.PARAM, "k", "IS NULL", ())),
        ("params.k is not null", (Entity.PARAM, "k", "IS NOT NULL", ())),
        ("metrics.val/acc@5 > .5", (Entity.METRIC, "val/acc@5", ">", (0.5,))),
        ("metrics.top-5 > 1.", (Entity.METRIC, "top-5", ">", (1.0,))),
        ("metrics.عربي<>2", (Entity.METRIC, "عربي", "!=", (2.0,))),
    ],
)
def test_a_comparison_is_read_as_it_is_written(text, meaning):
    assert read(text) == meaning


def test_and_binds_stronger_than_or_and_parentheses_stronger_still():
    first = parse_filter("metrics.a < 1 and metrics.b < 1 or metrics.c < 1")
    second = parse_filter("metrics.a < 1 AND (metrics.b < 1 OR metrics.c < 1)")
    assert isinstance(first, Combination)
    assert (first.operator, len(first.parts)) == ("OR", 2)
    assert isinstance(second, Combination)
    assert (second.operator, second.parts[1].operator) == ("AND", "OR")
    assert parse_filter("   ") is None


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("metrics.rmse <", 14, "a number or a text in quotes"),
        ("metrics.rmse 1", 13, "=, !=, <"),
        ("metrics. < 1", 9, "a key"),
        ("metrics.a b < 1", 10, "=, !=, <"),
        ("nonsense.a < 1", 0, "metrics, params, tags or attributes"),
        ("colour = 'red'", 0, "one of run_id, name, status"),
        ("metrics.a < 1 metrics.b < 1", 14, "AND, OR or the end"),
        ("metrics.a < 1 and", 17, "metrics.…"),
        ("(metrics.a < 1", 14, "AND, OR or )"),
        ("params.a = 'open", 11, "the end of the quoted text"),
        ("params.a IN ('x'", 16, "a comma or )"),
        ("params.a IN 'x'", 12, "( and a list"),
        ("params.a IS 'x'", 12, "NULL"),
        ("metrics.a < 1; DROP TABLE run", 13, "a name, a number, a text or an operator"),
        ("(" * 60 + "metrics.a < 1", 51, "at most 50 nested"),
    ],
)
def test_an_error_names_the_place_and_what_was_expected(text, position, expected):
    with pytest.raises(FilterError, match="cannot read") as caught:
        parse_filter(text)
    assert caught.value.position == position
    assert caught.value.expected.startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("metrics.a = 'x'", "a number"),
        ("metrics.a LIKE 'x'", "a number"),
        ("params.a < 'x'", "a number"),
        ("params.a IN (1, 'x')", "a number"),
        ("tags.a = 1", "a text in quotes"),
        ("tags.a < 'x'", "=, !=, LIKE"),
        ("name > 'x'", "=, !=, LIKE"),
        ("status = 3", "a text in quotes"),
        ("duration < '1'", "a number"),
        ("start_time > 'yesterday'", "milliseconds since 1970"),
    ],
)
def test_a_value_of_the_wrong_kind_is_an_error(text, expected):
    with pytest.raises(FilterError, match="cannot read") as caught:
        FilterCompiler(text, lambda _: 1).compile(parse_filter(text))
    assert caught.value.expected.startswith(expected)


def test_an_ordering_has_a_field_and_a_direction():
    field, is_descending = parse_ordering("metrics.`a b` DESC")
    assert (field.entity, field.key, is_descending) == (Entity.METRIC, "a b", True)
    assert parse_ordering("start_time asc")[1] is False
    with pytest.raises(FilterError, match="expected ASC, DESC or the end"):
        parse_ordering("start_time down")


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_filter_or_a_filter_error(text):
    positions = [0]
    try:
        parse_filter(text)
    except FilterError as error:
        positions.append(error.position)
    assert 0 <= positions[-1] <= len(text)


@given(st.text(), st.text())
@settings(max_examples=200, deadline=None)
def test_any_key_and_value_can_be_quoted_and_never_reach_the_statement(key, value):
    text = "params.`{}` = '{}'".format(key.replace("`", "``"), value.replace("'", "''"))
    seen = []
    compiled = FilterCompiler(text, lambda name: seen.append(name) or 7).compile(parse_filter(text))
    assert seen == [key]
    assert compiled.text == (
        "EXISTS (SELECT 1 FROM param f WHERE f.run_no = r.run_no AND f.key_no = ? AND f.value = ?)"
    )
    assert len(compiled.parameters) == 2
