"""Values out of a text template: numbers and lists as text, blanks and words for nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.text import as_text, clean, storable
from alpha_swarm.connectors.wire import parse_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.connectors.clay.flat_fields import Kind

#: What templates and formulas write where a cell is empty, or its formula has nothing to say.
_NOTHING = frozenset(
    {"", "n/a", "#n/a", "null", "undefined", "none", "nan", "-", "[]", "{}", "true", "false"}
)
_WHOLE = re.compile(r"(-?[0-9]{1,15})(?:\.0+)?", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", re.ASCII)


def is_missing(value: Any) -> bool:
    """Whether it says nothing."""
    if isinstance(value, str):
        return clean(value).lower() in _NOTHING
    return value is None or isinstance(value, bool) or (isinstance(value, list | dict) and not value)


def value_of(raw: Any, kind: Kind) -> Any:
    """The value as its kind has it, ``None`` where there is none; what is no number stays as it came."""
    unwrapped = _unwrapped(raw, kind)
    if is_missing(unwrapped):
        return None
    match kind:
        case "number":
            return _number(unwrapped)
        case "names":
            return _listed(unwrapped, ",")
        case "texts":
            return _listed(unwrapped, None)
        case "text":
            return _text(unwrapped)


def text_of(raw: Any) -> str | None:
    """A short text such as an id."""
    text: str | None = value_of(raw, "text")
    return text


def decimal_of(raw: Any) -> float | None:
    """A number that may have a fraction, also written as text."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return float(raw)
    return float(clean(raw)) if isinstance(raw, str) and _DECIMAL.fullmatch(clean(raw)) else None


def json_in(text: str) -> Any:
    """What a text that holds JSON says; ``None`` where it holds none."""
    try:
        return storable(parse_json(text.encode("utf-8", "replace")))
    except ValueError:
        return None


def _unwrapped(raw: Any, kind: Kind) -> Any:
    """A list or a quoted text may come as JSON within the text."""
    if not isinstance(raw, str):
        return storable(raw)
    text = clean(raw)
    quoted = text.startswith('"') and text.endswith('"')
    listed = text.startswith("[") and kind in {"names", "texts"}
    inner = json_in(text) if quoted or listed else None
    return text if inner is None else inner


def _number(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 1:
        return _number(value[0])
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    match = _WHOLE.fullmatch(clean(value)) if isinstance(value, str) else None
    return int(match[1]) if match else value


def _text(value: Any) -> str | None:
    text = None if isinstance(value, dict) else as_text(value)
    return None if text is None or is_missing(text) else text


def _listed(value: Any, separator: str | None) -> list[str] | None:
    members = [_text(member) for member in _members(value, separator)]
    return [member for member in members if member is not None] or None


def _members(value: Any, separator: str | None) -> Sequence[Any]:
    if isinstance(value, list):
        return value
    return value.split(separator) if isinstance(value, str) and separator else [value]
