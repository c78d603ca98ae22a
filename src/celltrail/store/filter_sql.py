"""A filter's tree as SQL with parameters: every text of a user travels as a parameter, none in the statement."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from celltrail.errors import FilterError
from celltrail.store.filter_parse import Combination, Comparison, Condition, Entity, Field, Literal
from celltrail.store.replays import REPLAY_OF
from celltrail.store.text import clean

Parameter = str | float | int


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of a statement and its parameters in order."""

    text: str
    parameters: tuple[Parameter, ...] = ()


NumberOf = Callable[[str], int]  # a key's number; -1 for a key that the store lacks

COLUMNS = {
    "run_id": "r.run_id",
    "name": "r.name",
    "status": "r.status",
    "kind": "r.kind",
    "estimator": "r.estimator",
    "notebook": "s.notebook_path",
    "cell": "c.cell_id",
    "start_time": "r.started_at",
    "end_time": "r.ended_at",
    "duration": "r.duration_s",
    "replay_of": REPLAY_OF,
}
TIMES = frozenset({"start_time", "end_time"})
_NUMERIC = TIMES | {"duration"}
_TABLES = {Entity.METRIC: "metric_last", Entity.PARAM: "param", Entity.TAG: "tag"}
_ORDERED = frozenset({"<", "<=", ">", ">="})


class FilterCompiler:
    """Compiles one filter. `text` is for errors; `number_of` gives the number of a key."""

    def __init__(self, text: str, number_of: NumberOf) -> None:
        self._text = text
        self._number_of = number_of

    def compile(self, condition: Condition) -> Sql:
        """The condition over `run r`, `session s` and `cell_execution c`.

        Raises:
            FilterError: An operator or a value does not fit what it is compared with.
        """
        if isinstance(condition, Combination):
            parts = [self.compile(part) for part in condition.parts]
            text = f" {condition.operator} ".join(part.text for part in parts)
            return Sql(f"({text})", tuple(one for part in parts for one in part.parameters))
        if condition.field.entity is Entity.ATTRIBUTE:
            return self._attribute(condition)
        return self._keyed(condition)

    def _keyed(self, comparison: Comparison) -> Sql:
        """A condition on a metric, parameter or tag: the run has the key, with such a value."""
        field = comparison.field
        number = self._number_of(field.key)
        chosen = " AND f.is_chosen" if field.entity is Entity.METRIC else ""
        source = f"SELECT 1 FROM {_TABLES[field.entity]} f WHERE f.run_no = r.run_no AND f.key_no = ?{chosen}"  # noqa: S608 - our names
        if comparison.operator.endswith("NULL"):
            negation = "" if "NOT" in comparison.operator else "NOT "
            return Sql(f"{negation}EXISTS ({source})", (number,))
        inner = self._compare(comparison, self._column(comparison))
        return Sql(f"EXISTS ({source} AND {inner.text})", (number, *inner.parameters))

    def _column(self, comparison: Comparison) -> str:
        """The column that the values are compared with: numbers with numbers, texts with texts."""
        field, operands = comparison.field, comparison.operands
        has_numbers = any(isinstance(one.value, float) for one in operands)
        is_ordered = comparison.operator in _ORDERED
        if field.entity is Entity.METRIC or (field.entity is Entity.PARAM and (has_numbers or is_ordered)):
            for one in operands:
                if not isinstance(one.value, float):
                    raise self._fail(one, "a number")
            return "f.value" if field.entity is Entity.METRIC else "f.number"
        if field.entity is Entity.TAG:
            for one in operands:
                if isinstance(one.value, float):
                    raise self._fail(one, "a text in quotes")
            if is_ordered:
                raise FilterError(self._text, comparison.position, "=, !=, LIKE, ILIKE or IN: a tag is a text")
        return "f.value"

    def _attribute(self, comparison: Comparison) -> Sql:
        field = comparison.field
        column = COLUMNS[field.key]
        if comparison.operator.endswith("NULL"):
            return Sql(f"nullif({column}::VARCHAR, '') {comparison.operator}")
        operands = tuple(Literal(self._attribute_value(field, one), one.position) for one in comparison.operands)
        if field.key not in _NUMERIC and comparison.operator in _ORDERED:
            raise FilterError(self._text, comparison.position, f"=, !=, LIKE, ILIKE or IN: {field.key} is a text")
        return self._compare(Comparison(field, comparison.operator, operands, comparison.position), column)

    def _attribute_value(self, field: Field, operand: Literal) -> str | float:
        value = operand.value
        if field.key in TIMES:
            return self._microseconds(operand)
        if field.key in _NUMERIC:
            if isinstance(value, str):
                raise self._fail(operand, "a number")
            return value
        if isinstance(value, float):
            raise self._fail(operand, "a text in quotes")
        return value.lower() if field.key == "status" else value

    def _microseconds(self, operand: Literal) -> float:
        """A time as MLflow has it, milliseconds since the epoch, or as an ISO text, in UTC where it names no zone."""
        if isinstance(operand.value, float):
            return operand.value * 1000.0
        try:
            time = datetime.fromisoformat(operand.value)
        except ValueError:
            expected = "milliseconds since 1970, or a time as '2026-11-23' or '2026-11-23T10:00+01:00'"
            raise self._fail(operand, expected) from None
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1e6

    def _compare(self, comparison: Comparison, column: str) -> Sql:
        operator, operands = comparison.operator, comparison.operands
        values = tuple(clean(one.value) if isinstance(one.value, str) else one.value for one in operands)
        if operator.endswith("LIKE"):
            if isinstance(values[0], float):
                raise self._fail(operands[0], "a pattern in quotes; LIKE compares texts")
            return Sql(f"{column} {operator} ?", values)
        if operator.endswith("IN"):
            return Sql(f"{column} {operator} ({', '.join('?' * len(values))})", values)
        if operator in _ORDERED and isinstance(values[0], float):
            # DuckDB puts NaN above all numbers; here, as everywhere else, it is neither above nor below one.
            if math.isnan(values[0]):
                return Sql("false")
            return Sql(f"({column} {operator} ? AND NOT isnan({column}::DOUBLE))", values)
        return Sql(f"{column} {'<>' if operator == '!=' else operator} ?", values)

    def _fail(self, operand: Literal, expected: str) -> FilterError:
        return FilterError(self._text, operand.position, expected)
