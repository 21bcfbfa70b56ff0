"""The part of SOQL that is understood; everything else is refused as malformed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.salesforce.errors import refusal

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>'(?:[^'\\]|\\.)*')
      | (?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_.]*)
      | (?P<sign><=|>=|!=|[=<>(),])
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_WORDS = {"true": True, "false": False, "null": None}
_COMPARED = frozenset({"=", "!=", ">", ">=", "<", "<="})


@dataclass(frozen=True, slots=True)
class Test:
    """`field sign values`; the sign is `in` for a list."""

    field: str
    sign: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """Several conditions joined by one word."""

    word: str
    parts: tuple[Condition, ...]


Condition = Test | Both


@dataclass(frozen=True, slots=True)
class Query:
    """A query as read."""

    fields: tuple[str, ...]
    entity: str
    where: Condition | None
    order: tuple[tuple[str, bool], ...]
    """Field, and whether it descends."""
    limit: int | None


def malformed(message: str) -> Exception:
    """400 with the vendor's code."""
    return refusal(400, "MALFORMED_QUERY", message)


def parse(text: str) -> Query:
    """The query; a `Refusal` where it is none, or one that is not understood."""
    return _Parser(_tokens(text)).query()


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, place, end = [], 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            raise malformed(f"unexpected token at {place}")
        tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
        place = match.end()
    return tokens


def _unescaped(quoted: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPED:
            raise malformed(f"Invalid string literal: illegal escape \\{match[1]}")
        return _ESCAPED[match[1]]

    return _ESCAPE.sub(one, quoted[1:-1])


class _Parser:
    """Reads from the left; every step takes what it needs or refuses."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0

    def query(self) -> Query:
        self._need("select")
        fields = self._listed(self._name)
        self._need("from")
        entity = self._name()
        where = self._conditions() if self._take("where") else None
        order: tuple[tuple[str, bool], ...] = ()
        if self._take("order"):
            self._need("by")
            order = self._listed(self._ordered)
        limit = self._whole() if self._take("limit") else None
        if self._place < len(self._tokens):
            raise malformed(f"unexpected token: '{self._peek()[1]}'")
        return Query(fields, entity, where, order, limit)

    def _conditions(self) -> Condition:
        parts, words = [self._condition()], set[str]()
        while self._peek()[1].lower() in {"and", "or"}:
            words.add(self._next()[1].lower())
            parts.append(self._condition())
        if len(words) > 1:
            raise malformed("AND and OR need parentheses")
        return Both(words.pop(), tuple(parts)) if words else parts[0]

    def _condition(self) -> Condition:
        if self._take("("):
            inner = self._conditions()
            self._need(")")
            return inner
        field = self._name()
        if self._take("in"):
            self._need("(")
            values = self._listed(self._value)
            self._need(")")
            return Test(field, "in", values)
        sign = self._next()[1]
        if sign not in _COMPARED:
            raise malformed(f"unexpected token: '{sign}'")
        return Test(field, sign, (self._value(),))

    def _listed(self, one: Callable[[], Any]) -> tuple[Any, ...]:
        values = [one()]
        while self._take(","):
            values.append(one())
        return tuple(values)

    def _ordered(self) -> tuple[str, bool]:
        field = self._name()
        descending = self._take("desc")
        if not descending:
            self._take("asc")
        return field, descending

    def _value(self) -> Any:
        kind, text = self._next()
        match kind:
            case "text":
                return _unescaped(text)
            case "number":
                return float(text)
            case "moment":
                return text
            case "word" if text.lower() in _WORDS:
                return _WORDS[text.lower()]
        raise malformed(f"unexpected token: '{text}'")

    def _name(self) -> str:
        kind, text = self._next()
        if kind != "word":
            raise malformed(f"unexpected token: '{text}'")
        return text

    def _whole(self) -> int:
        kind, text = self._next()
        if kind != "number" or not text.isdecimal():
            raise malformed(f"unexpected token: '{text}'")
        return int(text)

    def _need(self, word: str) -> None:
        if not self._take(word):
            raise malformed(f"unexpected token: '{self._peek()[1]}', expecting {word}")

    def _take(self, word: str) -> bool:
        kind, text = self._peek()
        if kind in {"word", "sign"} and text.lower() == word:
            self._place += 1
            return True
        return False

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("end", "<EOF>")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._place += 1
        return token
