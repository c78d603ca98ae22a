"""The filter's grammar, MLflow's search_runs with OR and parentheses: text to a tree (docs/store.md has it)."""

from dataclasses import dataclass
from enum import StrEnum

from celltrail.errors import FilterError
from celltrail.store.filter_tokens import Kind, Token, tokenize


class Entity(StrEnum):
    """What a name in a filter is a key of."""

    METRIC = "metrics"
    PARAM = "params"
    TAG = "tags"
    ATTRIBUTE = "attributes"


@dataclass(frozen=True, slots=True)
class Field:
    """What is compared or ordered by, and where it stands in the text."""

    entity: Entity
    key: str
    position: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A value to compare with, and where it stands in the text."""

    value: str | float
    position: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """One condition. `operator` is =, !=, <, <=, >, >=, IS [NOT] NULL, [NOT] LIKE, [NOT] ILIKE or [NOT] IN."""

    field: Field
    operator: str
    operands: tuple[Literal, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Combination:
    """Conditions that must all hold (AND), or one of which must (OR)."""

    operator: str
    parts: tuple["Condition", ...]


Condition = Comparison | Combination

ATTRIBUTES = {
    "run_id": "run_id",
    "name": "name",
    "run_name": "name",
    "status": "status",
    "kind": "kind",
    "estimator": "estimator",
    "notebook": "notebook",
    "cell": "cell",
    "start_time": "start_time",
    "started_at": "start_time",
    "end_time": "end_time",
    "ended_at": "end_time",
    "duration": "duration",
    "replay_of": "replay_of",
}
_ENTITIES = {
    "metric": Entity.METRIC,
    "metrics": Entity.METRIC,
    "param": Entity.PARAM,
    "params": Entity.PARAM,
    "parameter": Entity.PARAM,
    "parameters": Entity.PARAM,
    "tag": Entity.TAG,
    "tags": Entity.TAG,
    "attribute": Entity.ATTRIBUTE,
    "attributes": Entity.ATTRIBUTE,
    "attr": Entity.ATTRIBUTE,
    "run": Entity.ATTRIBUTE,
}
_SYMBOLS = {"=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_NON_FINITE = frozenset({"nan", "inf", "infinity"})
_MAX_DEPTH = 50


def parse_filter(text: str) -> Condition | None:
    """A filter as a tree; None for an empty one.

    Raises:
        FilterError: The text is not of the grammar.
    """
    parser = _Parser(text)
    if parser.peek().kind is Kind.END:
        return None
    condition = parser.alternatives(0)
    parser.expect_end("AND, OR or the end")
    return condition


def parse_ordering(text: str) -> tuple[Field, bool]:
    """An entry of order_by: what to order by, and whether from large to small.

    Raises:
        FilterError: The text is not of the grammar.
    """
    parser = _Parser(text)
    field = parser.field()
    is_descending = parser.take_word("DESC")
    if not is_descending:
        parser.take_word("ASC")
    parser.expect_end("ASC, DESC or the end")
    return field, is_descending


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._at = 0

    def peek(self) -> Token:
        return self._tokens[self._at]

    def next(self) -> Token:
        token = self._tokens[self._at]
        self._at += token.kind is not Kind.END
        return token

    def fail(self, expected: str, token: Token | None = None) -> FilterError:
        return FilterError(self._text, (token or self.peek()).position, expected)

    def take_word(self, word: str) -> bool:
        """Take a keyword if it is next."""
        token = self.peek()
        is_next = token.kind is Kind.NAME and token.text.upper() == word
        self._at += is_next
        return is_next

    def take_symbol(self, symbol: str) -> bool:
        """Take an operator if it is next."""
        token = self.peek()
        is_next = token.kind is Kind.OPERATOR and token.text == symbol
        self._at += is_next
        return is_next

    def expect_end(self, expected: str) -> None:
        if self.peek().kind is not Kind.END:
            raise self.fail(expected)

    def alternatives(self, depth: int) -> Condition:
        if depth > _MAX_DEPTH:
            raise self.fail(f"at most {_MAX_DEPTH} nested parentheses")
        parts = [self._conjunction(depth)]
        while self.take_word("OR"):
            parts.append(self._conjunction(depth))
        return parts[0] if len(parts) == 1 else Combination("OR", tuple(parts))

    def _conjunction(self, depth: int) -> Condition:
        parts = [self._primary(depth)]
        while self.take_word("AND"):
            parts.append(self._primary(depth))
        return parts[0] if len(parts) == 1 else Combination("AND", tuple(parts))

    def _primary(self, depth: int) -> Condition:
        if self.take_symbol("("):
            inner = self.alternatives(depth + 1)
            if not self.take_symbol(")"):
                raise self.fail("AND, OR or )")
            return inner
        field = self.field()
        position = self.peek().position
        operator = self._operator()
        return Comparison(field, operator, self._operands(operator), position)

    def field(self) -> Field:
        """metrics.key, params."a key", tags.`a key`, or the name of an attribute."""
        first = self.peek()
        if first.kind is not Kind.NAME:
            raise self.fail("metrics.…, params.…, tags.… or an attribute")
        self.next()
        if not self.take_symbol("."):
            return self._attribute(first, first)
        entity = _ENTITIES.get(first.text.lower())
        if entity is None:
            raise self.fail("metrics, params, tags or attributes before the dot", first)
        key = self._key()
        return self._attribute(first, key) if entity is Entity.ATTRIBUTE else Field(entity, key.text, first.position)

    def _attribute(self, first: Token, name: Token) -> Field:
        attribute = ATTRIBUTES.get(name.text.lower())
        if attribute is None:
            raise self.fail(f"one of {', '.join(dict.fromkeys(ATTRIBUTES.values()))}, or metrics.…", name)
        return Field(Entity.ATTRIBUTE, attribute, first.position)

    def _key(self) -> Token:
        """A quoted key, or a bare one, whose parts may be joined by dots."""
        token = self.next()
        if token.kind in {Kind.BACKTICKED, Kind.DOUBLE_QUOTED}:
            return token
        if token.kind not in {Kind.NAME, Kind.NUMBER}:
            raise self.fail("a key; put one with blanks or symbols in `backticks`", token)
        text = token.text
        while self.take_symbol("."):
            part = self.next()
            if part.kind not in {Kind.NAME, Kind.NUMBER}:
                raise self.fail("the rest of the key", part)
            text += "." + part.text
        return Token(Kind.NAME, text, token.position)

    def _operator(self) -> str:
        token = self.peek()
        if token.kind is Kind.OPERATOR and token.text in _SYMBOLS:
            return _SYMBOLS[self.next().text]
        if self.take_word("IS"):
            negation = "NOT " if self.take_word("NOT") else ""
            if not self.take_word("NULL"):
                raise self.fail("NULL")
            return f"IS {negation}NULL"
        negation = "NOT " if self.take_word("NOT") else ""
        for word in ("LIKE", "ILIKE", "IN"):
            if self.take_word(word):
                return negation + word
        raise self.fail("=, !=, <, <=, >, >=, LIKE, ILIKE, IN or IS NULL")

    def _operands(self, operator: str) -> tuple[Literal, ...]:
        if operator.endswith("NULL"):
            return ()
        if not operator.endswith("IN"):
            return (self._literal(),)
        if not self.take_symbol("("):
            raise self.fail("( and a list of values")
        operands = [self._literal()]
        while self.take_symbol(","):
            operands.append(self._literal())
        if not self.take_symbol(")"):
            raise self.fail("a comma or )")
        return tuple(operands)

    def _literal(self) -> Literal:
        token = self.next()
        if token.kind in {Kind.TEXT, Kind.DOUBLE_QUOTED}:
            return Literal(token.text, token.position)
        if token.kind is Kind.NUMBER or token.text.lower() in _NON_FINITE:
            return Literal(float(token.text), token.position)
        raise self.fail("a number or a text in quotes", token)
