"""Values from the enricher are checked before they count; a bad one is dropped and named."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.addresses import normal_email, normal_host, normal_phone
from alpha_swarm.domain.leads.enrichment import ProviderUse, Values
from alpha_swarm.domain.text import clean, storable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_NOTHING = frozenset({"", "n/a", "null", "undefined", "none", "-"})
_LONGEST_TEXT = 10_000
_MOST_TECH = 20
_MOST_POSTS = 100
_MOST_EMPLOYEES = 1_000_000
_MOST_CONNECTIONS = 1_000_000_000
#: ``250`` and ``250.0``; ``500+`` and ``1,200`` are no numbers.
_NUMBER = re.compile(r"([0-9]{1,15})(?:\.0+)?")


def check_values(
    raw: Mapping[str, Any], providers: Sequence[ProviderUse]
) -> tuple[Values, tuple[tuple[str, str], ...]]:
    """The values that pass, and ``(field, provider or "unknown")`` for each that was there and did not.

    Never raises, whatever JSON holds. Blanks and the words that stand for nothing (``N/A``, ``null``, …) are
    missing, not bad. Other columns of the row are not looked at.
    """
    given = {field: raw[field] for field in _CHECKS if not _missing(raw.get(field))}
    checked = {field: _CHECKS[field](value) for field, value in given.items()}
    good = {field: value for field, value in checked.items() if value is not None}
    return Values(**good), tuple((field, _provider(field, providers)) for field in given if field not in good)


def _missing(value: Any) -> bool:
    if isinstance(value, str):
        return clean(value).lower() in _NOTHING
    return value is None or (isinstance(value, list | tuple | dict) and not value)


def _provider(field: str, providers: Sequence[ProviderUse]) -> str:
    """Who supplied the field: the last to name it, since a waterfall's later answer stands."""
    return next((use.name for use in reversed(providers) if field in use.fields), "unknown")


def _text(value: Any) -> str | None:
    return clean(clean(value)[:_LONGEST_TEXT]) if isinstance(value, str) else None


def _as_it_is(value: Any) -> str | None:
    """Text that is compared to the letter, blanks at its ends included."""
    return storable(value)[:_LONGEST_TEXT] if isinstance(value, str) else None


def _string(check: Callable[[str], str | None]) -> Callable[[Any], str | None]:
    """A check of text as a check of anything."""
    return lambda value: check(clean(value)) if isinstance(value, str) else None


def _integer(least: int, most: int) -> Callable[[Any], int | None]:
    """A check for a whole number within bounds, also written as text or as a float."""

    def check(value: Any) -> int | None:
        number = _whole(value)
        return number if number is not None and least <= number <= most else None

    return check


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    written = _NUMBER.fullmatch(clean(value)) if isinstance(value, str) else None
    return int(written[1]) if written else None


def _list(most: int, separator: str | None) -> Callable[[Any], tuple[str, ...] | None]:
    """A check for a list of texts, also as JSON in a text or separated; the rest of a long one is cut off."""

    def check(value: Any) -> tuple[str, ...] | None:
        items = _items(value, separator)
        texts = [_text(item) for item in items if isinstance(item, str) and not _missing(item)]
        return tuple(text for text in texts if text)[:most] or None

    return check


def _items(value: Any, separator: str | None) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return value
    if not isinstance(value, str):
        return ()
    text = clean(value)
    if not text.startswith("["):
        return text.split(separator) if separator else [text]
    # What only looks like JSON may be a text as it stands; as a list of names it is broken.
    return _json_list(text) or (() if separator else [text])


def _json_list(text: str) -> Sequence[Any]:
    try:
        decoded = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    return decoded if isinstance(decoded, list) else ()


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "email_work": _string(normal_email),
    "email_personal": _string(normal_email),
    "phone": _string(normal_phone),
    "title": _text,
    "company_domain": _string(normal_host),
    "company_industry": _as_it_is,
    "company_size": _integer(1, _MOST_EMPLOYEES),
    "company_revenue": _text,
    "company_location": _text,
    "tech_stack": _list(_MOST_TECH, ","),
    "funding_stage": _as_it_is,
    "funding_amount": _text,
    "linkedin_headline": _text,
    "linkedin_summary": _text,
    "linkedin_connections": _integer(0, _MOST_CONNECTIONS),
    "recent_posts": _list(_MOST_POSTS, None),
    "mutual_connections": _integer(0, _MOST_CONNECTIONS),
}
