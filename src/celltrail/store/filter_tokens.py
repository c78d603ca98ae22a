"""The words of a filter: names, quoted keys, texts, numbers and operators, each with its place in the text."""

import re
from dataclasses import dataclass
from enum import Enum

from celltrail.errors import FilterError


class Kind(Enum):
    """What a token is."""

    NAME = 1  # bare, as in metrics.rmse: also keywords
    BACKTICKED = 2
    DOUBLE_QUOTED = 3  # a key after a dot, a text elsewhere
    TEXT = 4
    NUMBER = 5
    OPERATOR = 6
    END = 7


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `text` is without quotes, `position` is where it starts."""

    kind: Kind
    text: str
    position: int


_PATTERN = re.compile(
    r"""\s*(?:
    (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])|[-+](?:inf|infinity)\b)
  | (?P<name>[^\W\d][\w/@:-]*|\d[\w/@:-]*)
  | `(?P<backticked>(?:[^`]|``)*)`
  | "(?P<double>(?:[^"]|"")*)"
  | '(?P<text>(?:[^']|'')*)'
  | (?P<operator><=|>=|!=|<>|==|=|<|>|\(|\)|,|\.)
  )""",
    re.VERBOSE | re.IGNORECASE,
)
_QUOTED = {"backticked": (Kind.BACKTICKED, "`"), "double": (Kind.DOUBLE_QUOTED, '"'), "text": (Kind.TEXT, "'")}
_PLAIN = {"number": Kind.NUMBER, "name": Kind.NAME, "operator": Kind.OPERATOR}


def tokenize(text: str) -> list[Token]:
    """The tokens of a filter; the last one is the end.

    Raises:
        FilterError: A character begins no token, or a quote is not closed.
    """
    tokens = []
    at = 0
    while text[at:].strip():
        match = _PATTERN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            expected = "the end of the quoted text" if text[at] in "'\"`" else "a name, a number, a text or an operator"
            raise FilterError(text, at, expected)
        tokens.append(_token(match))
        at = match.end()
    tokens.append(Token(Kind.END, "", len(text)))
    return tokens


def _token(match: re.Match[str]) -> Token:
    name = match.lastgroup or ""
    found = match[name]
    if name in _QUOTED:
        kind, quote = _QUOTED[name]
        return Token(kind, found.replace(quote * 2, quote), match.start(name) - 1)
    return Token(_PLAIN[name], found, match.start(name))
