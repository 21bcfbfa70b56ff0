"""What a person put right: it stands above whatever the doors and the enricher say, now and later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from alpha_swarm.domain.leads.enrichment import Values
from alpha_swarm.domain.moments import read_moment, write_moment

#: The best address, whichever column of the enricher it stands in.
EMAIL = "email"
WORK, PERSONAL = "email_work", "email_personal"
#: Those that only a door gives.
INPUT_FIELDS = ("linkedin_url", "first_name", "last_name", "company_name")
VALUE_FIELDS = tuple(one.name for one in fields(Values))
_BLANK: dict[str, Any] = {one.name: one.default for one in fields(Values)}
#: Every field that can be put right.
FIELDS = (*INPUT_FIELDS, EMAIL, *(name for name in VALUE_FIELDS if name != WORK))


@dataclass(frozen=True, slots=True)
class Pin:
    """One field as the person says it is."""

    value: Any
    """As a lead holds it: text, a number, or a tuple of texts; ``None``: there shall be none."""
    since: datetime
    """When the person said so, in UTC."""
    was: tuple[str, ...] = ()
    """Of an address or a profile: what it was taken for before, by which the person is still known."""


Pins = Mapping[str, Pin]
"""By field."""

NO_PINS: Pins = MappingProxyType({})


def read_pins(stored: Mapping[str, Any] | None) -> Pins:
    """From JSON."""
    return {name: _read(one) for name, one in stored.items()} if stored else NO_PINS


def dump_pins(pins: Pins) -> dict[str, Any]:
    """As JSON."""
    return {
        name: {"value": pin.value, "since": write_moment(pin.since), **({"was": pin.was} if pin.was else {})}
        for name, pin in pins.items()
    }


def over_values(values: Values, pins: Pins) -> Values:
    """What was found, put right; an address that was wrong is not another one of the person's."""
    given = {
        column: _BLANK[column] if pin.value is None else pin.value
        for column, pin in ((column_of(name), pin) for name, pin in pins.items())
        if column in VALUE_FIELDS
    }
    if EMAIL in pins and PERSONAL not in pins and values.email_personal in pins[EMAIL].was:
        given[PERSONAL] = None
    return replace(values, **given) if given else values


def column_of(name: str) -> str:
    """The enricher's column that a field is given by."""
    return WORK if name == EMAIL else name


def _read(one: Mapping[str, Any]) -> Pin:
    value = tuple(one["value"]) if isinstance(one["value"], list) else one["value"]
    since = read_moment(one["since"])
    if since is None:
        raise ValueError("a pin without its moment")
    return Pin(value, since, tuple(one.get("was", ())))
