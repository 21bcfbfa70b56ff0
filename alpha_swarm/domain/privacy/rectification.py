"""What a person asks to be put right, checked before anything of it is written, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.identity import canonical_url, profile_slug
from alpha_swarm.domain.leads.pins import (
    EMAIL,
    FIELDS,
    INPUT_FIELDS,
    PERSONAL,
    WORK,
    Pin,
    Pins,
    column_of,
    over_values,
)
from alpha_swarm.domain.results.checks import check_values
from alpha_swarm.domain.results.judgement import status_of
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.domain.text import clean
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from alpha_swarm.domain.leads.enrichment import Enrichment
    from alpha_swarm.domain.leads.lead import Lead, LeadInput

#: As the doors have it: names, and longer texts.
_LONGEST = {"first_name": 100, "last_name": 100, "company_name": 200}
#: Those that a door may have given beside the enricher; where it did not, there is nothing to put right.
_SHARED = (EMAIL, "company_domain")
#: Without these systems cannot tell a person from others, or take no record.
_NEEDED = (EMAIL, PERSONAL, "linkedin_url", "last_name", "company_name")
#: By these a person is known: the wrong one stays known.
_NAMING = (EMAIL, PERSONAL, "phone", "linkedin_url")


def read_corrections(given: Sequence[str]) -> dict[str, Any]:
    """``field=value`` each → field → the value as it is kept; ``None`` where there shall be none.

    Raises:
        UserError: a field is unknown or named twice, or a value does not fit; all in one line.
    """
    found: dict[str, Any] = {}
    for one in given:
        name, text = _split(one)
        if name in found:
            raise UserError(f"--set: {name} is given twice: leave one of them out")
        if not text:
            _require_dispensable(name)
        found[name] = _checked(name, text) if text else None
    if not found:
        raise UserError("nothing is to be put right: give --set FIELD=VALUE")
    return found


def pinned(lead: Lead, corrections: Mapping[str, Any], now: datetime) -> Pins:
    """The lead's pins with these corrections, which go before earlier ones."""
    new = {name: Pin(value, now, _was(lead, name, value)) for name, value in corrections.items()}
    return {**lead.pins, **new}


def put_right(lead: Lead, pins: Pins) -> Lead:
    """The lead as the person says it is."""
    found = lead.enrichment
    return replace(
        lead,
        input=over_input(lead.input, pins),
        enrichment=None if found is None else over_enrichment(found, pins),
        pins=pins,
    )


def over_input(given: LeadInput, pins: Pins) -> LeadInput:
    """What a door took in, put right."""
    wanted = {name: pins[name].value for name in INPUT_FIELDS if name in pins}
    shared = {name: pins[name].value for name in _SHARED if name in pins and getattr(given, name)}
    return replace(given, **wanted, **shared) if wanted or shared else given


def over_enrichment(found: Enrichment, pins: Pins) -> Enrichment:
    """A result, put right and judged again; one that failed stays as it is judged."""
    values = over_values(found.values, pins)
    if values == found.values:
        return found
    failed = found.status is EnrichmentStatus.FAILED
    return replace(found, values=values, status=found.status if failed else status_of(values, failed=False))


def pinned_columns(lead: Lead) -> dict[str, Any]:
    """Column of the enricher's table → what the person said; a wrong address leaves the other one, too."""
    columns = {column_of(name): pin.value for name, pin in lead.pins.items()}
    if EMAIL in lead.pins and lead.input.email:
        columns[EMAIL] = lead.input.email
    if EMAIL in lead.pins and lead.pins[EMAIL].was and not lead.values.email_personal:
        columns[PERSONAL] = ""
    return {name: _in_column(value) for name, value in columns.items()}


def emptied(lead: Lead) -> frozenset[str]:
    """Fields in which there shall be nothing, wherever the lead has a record."""
    return frozenset(name for name, pin in lead.pins.items() if pin.value is None)


def _split(one: str) -> tuple[str, str]:
    name, equals, text = one.partition("=")
    name = EMAIL if name.strip() == WORK else name.strip()
    if name not in FIELDS:
        raise UserError(f"--set: {name or 'nothing'} is no field that can be put right: {', '.join(FIELDS)}")
    if not equals:
        raise UserError(f"--set: {name} has no value: write {name}=VALUE, or {name}= for none")
    return name, clean(text)


def _require_dispensable(name: str) -> None:
    if name in _NEEDED:
        raise UserError(
            f"--set: {name} cannot be empty, as records are kept by it: give the right one,"
            " or have the person forgotten (privacy erase)"
        )


def _checked(name: str, text: str) -> Any:
    value = _input_value(name, text) if name in INPUT_FIELDS else _found_value(name, text)
    if value is None:
        raise UserError(
            f"--set: the value of {name} does not fit: {_WANTED.get(name, 'give a shorter text')}"
        )
    return value


def _input_value(name: str, text: str) -> str | None:
    if name == "linkedin_url":
        slug = profile_slug(text)
        return canonical_url(slug) if slug else None
    return text if len(text) <= _LONGEST[name] else None


def _found_value(name: str, text: str) -> Any:
    values, dropped = check_values({column_of(name): text}, ())
    return None if dropped else getattr(values, column_of(name)) or None


def _in_column(value: Any) -> Any:
    """A column is emptied by an empty text."""
    if value is None:
        return ""
    return list(value) if isinstance(value, tuple) else value


_WANTED = {
    "linkedin_url": "give a person's address, https://www.linkedin.com/in/…",
    EMAIL: "give an e-mail address",
    PERSONAL: "give an e-mail address",
    "phone": "give a number with its country, such as +14155550123",
    "company_domain": "give a domain such as acme.com",
    "company_size": "give a whole number from 1 to 1000000",
    "linkedin_connections": "give a whole number",
    "mutual_connections": "give a whole number",
    "tech_stack": "give names with commas between",
}


def _was(lead: Lead, name: str, value: Any) -> tuple[str, ...]:
    if name not in _NAMING:
        return ()
    before = lead.pins[name].was if name in lead.pins else ()
    return tuple(dict.fromkeys(one for one in (*before, *_standing(lead, name)) if one and one != value))


def _standing(lead: Lead, name: str) -> tuple[str | None, ...]:
    """What was taken for it so far: of several addresses the one that was used."""
    if name == EMAIL:
        return (lead.input.email, lead.values.email)
    return (lead.input.linkedin_url,) if name == "linkedin_url" else (getattr(lead.values, name),)
