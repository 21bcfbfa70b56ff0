"""Values as other systems can store them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: NUL and other controls, and halves of surrogate pairs: databases and JSON parsers stumble over them.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LONGEST_ID = 200
_DEEPEST = 20


def clean(text: str) -> str:
    """The text without characters that cannot be stored, trimmed."""
    return fit(text).strip()


def fit(text: str) -> str:
    """The text without characters that cannot be stored, of which printable text has none."""
    return text if text.isprintable() else _UNFIT.sub("", text)


def storable(value: Any, depth: int = 0) -> Any:
    """JSON with each string fit for storing, keys too; what lies too deep is left out."""
    match value:
        case str():
            return fit(value)
        case list() | dict() if depth >= _DEEPEST:
            return None
        case list():
            return [storable(member, depth + 1) for member in value]
        case dict():
            return {storable(key): storable(member, depth + 1) for key, member in value.items()}
        case _:
            return value


def as_text(value: Any) -> str:
    """A value as text for a CRM: lists joined, whole numbers without a fraction, nothing as ``""``."""
    match value:
        case str():
            return clean(value)
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case list() | tuple():
            return ", ".join(filter(None, (as_text(member) for member in value)))
        case _:
            return clean(str(value))


def without_blanks(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something; 0 and ``False`` do."""
    return {name: value for name, value in fields.items() if value or value not in (None, "", [], {}, ())}


def is_id(value: Any) -> bool:
    """Whether a value from outside can be a record's id."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value == clean(value)
