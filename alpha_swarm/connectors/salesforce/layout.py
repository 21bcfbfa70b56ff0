"""The object's fields as the org has them, and values as they fit into them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict

from alpha_swarm.connectors.salesforce.facts import PLACEHOLDER
from alpha_swarm.connectors.text import as_text
from alpha_swarm.domain.moments import read_moment, write_moment

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OrgField(_Fact):
    """One field."""

    name: str
    """As the API calls it."""
    kind: str
    length: int
    """Of a text, in UTF-16 units as the vendor counts."""
    scale: int
    required: bool


class Layout(_Fact):
    """Those fields that we write, by the output fields' names."""

    fields: Mapping[str, OrgField]
    missing: tuple[str, ...]
    """API names that the org does not have, or that we may not write."""
    prefix: str
    """With which the ids of this object begin."""
    convertible: bool
    """Whether records can be converted, as leads are."""
    silencing: tuple[str, ...]
    """API names of those fields, of ``facts.SILENCING``, that we may write."""

    def is_id(self, text: str) -> bool:
        """Whether a record of this object may have it; one id of another form spoils a whole call."""
        return _ID.fullmatch(text) is not None and text.startswith(self.prefix)

    def fit(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The texts as the org will hold them: what it has no field or no room for is cut or left out."""
        fields = self.fields
        fitted = {
            name: _FITS.get(fields[name].kind, _cut)(text, fields[name])
            for name, text in texts.items()
            if name in fields
        }
        return {name: text for name, text in fitted.items() if text}

    def too_long(self, texts: Mapping[str, str], fitted: Mapping[str, str]) -> set[str]:
        """The fields whose texts were cut or left out for their length."""
        return {
            name
            for name, text in texts.items()
            if len(fitted.get(name, "")) < len(text)
            and name in self.fields
            and _FITS.get(self.fields[name].kind, _cut) in _BY_LENGTH
        }

    def body(self, fitted: Mapping[str, str | None]) -> dict[str, Any]:
        """Texts that fit as a call takes them; ``None`` empties a field, as far as it may be empty."""
        fields = self.fields
        return {
            fields[name].name: _written(text, fields[name]) for name, text in fitted.items() if name in fields
        }

    def blanks(self) -> dict[str, str]:
        """What a new record needs besides its values."""
        return {field.name: PLACEHOLDER for field in self.fields.values() if field.required}

    def read(self, row: Mapping[str, Any]) -> dict[str, str]:
        """Output field → value as text, without blanks."""
        texts = {name: _text(row.get(field.name), field) for name, field in self.fields.items()}
        return {name: text for name, text in texts.items() if text not in {"", PLACEHOLDER}}


_Fit: TypeAlias = "Callable[[str, OrgField], str]"


def _cut(text: str, field: OrgField) -> str:
    if len(text) * 2 <= field.length:
        return text
    return text.encode("utf-16-le")[: 2 * field.length].decode("utf-16-le", "ignore").strip()


def _whole(text: str, field: OrgField) -> str:
    """A part of an address or a number would be another one."""
    return text if _cut(text, field) == text else ""


def _address(text: str, field: OrgField) -> str:
    return _whole(text.lower(), field)


def _number(text: str, field: OrgField) -> str:
    try:
        number = round(float(text), field.scale)
    except (ValueError, OverflowError):
        return ""
    return as_text(number) if math.isfinite(number) else ""


def _boolean(text: str, _field: OrgField) -> str:
    return text if text in {"true", "false"} else ""


def _moment(text: str, _field: OrgField) -> str:
    moment = read_moment(text)
    return write_moment(moment.replace(microsecond=moment.microsecond // 1000 * 1000)) if moment else ""


def _day(text: str, _field: OrgField) -> str:
    moment = read_moment(text)
    return moment.date().isoformat() if moment else ""


#: Kind of field → how a text is made to fit; texts of all other kinds are cut.
_FITS: Mapping[str, _Fit] = {
    "email": _address,
    "phone": _whole,
    "url": _whole,
    "double": _number,
    "currency": _number,
    "percent": _number,
    "int": _number,
    "boolean": _boolean,
    "datetime": _moment,
    "date": _day,
}


_BY_LENGTH: frozenset[_Fit] = frozenset({_cut, _whole, _address})


def _written(text: str | None, field: OrgField) -> Any:
    if text is None:
        return PLACEHOLDER if field.required else None
    if field.kind in _TYPED:
        return _TYPED[field.kind](text)
    return text


def _as_number(text: str) -> float:
    return int(text) if text.lstrip("-").isdecimal() else float(text)


#: Kind of field → what stands for a text that fits; of all other kinds the text itself.
_TYPED: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(("double", "currency", "percent", "int"), _as_number),
    "boolean": lambda text: text == "true",
}


def _text(value: Any, field: OrgField) -> str:
    if field.kind == "datetime":
        return _moment(as_text(value), field)
    return as_text(value)
