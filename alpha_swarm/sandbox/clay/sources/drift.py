"""What becomes of a column's body on its way: texts for numbers, blanks, odd keys, broken JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from alpha_swarm.sandbox.webhook_orders import ColumnOrder

_BLANK_WORDS = ("N/A", "null", "undefined", "n/a", " ")
_HUGE_CHARACTERS = 1_200_000

_Body = dict[str, Any]


def encode(body: _Body, order: ColumnOrder, rng: random.Random) -> bytes:
    """The body as the bytes that the column sends."""
    if rng.random() < order.wrong_types:
        body = _mistype(body, rng)
    body = _blank(body, order, rng)
    body = _as_texts(body, (bool, int, float), on=rng.random() < order.numbers_as_text)
    body = _as_texts(body, (list, dict), on=rng.random() < order.lists_as_text)
    if rng.random() < order.keys_respelt:
        body = _respell(body, rng)
    if rng.random() < order.huge:
        body["notes"] = "x" * _HUGE_CHARACTERS
    if rng.random() < order.unparsable:
        return _unescaped(body)
    return json.dumps(body, ensure_ascii=False).encode()


def _mistype(body: _Body, rng: random.Random) -> _Body:
    key, value = rng.choice(_MISTYPED)
    return body | {key: value} if key in body else body


_MISTYPED: tuple[tuple[str, Any], ...] = (
    ("company_size", "51-200"),
    ("company_size", [250]),
    ("phone", 15555550100),
    ("title", {"value": "CRO"}),
    ("tech_stack", "Salesforce, HubSpot"),
    ("tech_stack", 3),
    ("email_work", True),
)


def _blank(body: _Body, order: ColumnOrder, rng: random.Random) -> _Body:
    """Blank cells as empty texts, as words for nothing, or not at all."""
    dropped, worded = rng.random() < order.keys_dropped, rng.random() < order.blank_words
    if dropped:
        return {key: value for key, value in body.items() if value is not None}
    word = rng.choice(_BLANK_WORDS) if worded else ""
    return {key: word if value is None else value for key, value in body.items()}


def _as_texts(body: _Body, kinds: tuple[type, ...], *, on: bool) -> _Body:
    if not on:
        return body
    return {
        key: json.dumps(value, ensure_ascii=False) if isinstance(value, kinds) else value
        for key, value in body.items()
    }


def _respell(body: _Body, rng: random.Random) -> _Body:
    spell = rng.choice(_SPELLINGS)
    return {spell(key): value for key, value in body.items()}


def _camel(key: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), key)


def _title(key: str) -> str:
    return key.replace("_", " ").title()


_SPELLINGS: tuple[Callable[[str], str], ...] = (str.upper, str.title, _camel, _title)


def _unescaped(body: _Body) -> bytes:
    """A cell with quotes in it that nobody escaped: no JSON any more."""
    title = 'Head of "Growth" and Sales'
    return json.dumps(body | {"title": title}, ensure_ascii=False).replace('\\"', '"').encode()
