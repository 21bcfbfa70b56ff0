"""Why a lead goes where it goes, rule by rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.routing.fields import FIELDS, Kind, Subject
from alpha_swarm.domain.routing.places import NOWHERE
from alpha_swarm.domain.routing.route import Route, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.domain.routing.checks import Check
    from alpha_swarm.domain.routing.places import Places
    from alpha_swarm.domain.routing.routing import Ready, Routing


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one rule."""

    rule: str
    matched: bool
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every rule, and what follows from those that matched."""

    findings: tuple[Finding, ...]
    route: Route | None
    """``None`` where the enrichment came to nothing, whatever the rules say."""


def explain(routing: Routing, places: Places, subject: Subject) -> Explanation:
    """The same as :meth:`Routing.route`, told rule by rule."""
    if not settled(subject.status):
        why = f"a lead that is {subject.status} goes nowhere"
        return Explanation(tuple(Finding(rule.name, False, why) for rule in routing.rules), None)
    return Explanation(tuple(_findings(routing, places, subject)), routing.route(subject))


def _findings(routing: Routing, places: Places, subject: Subject) -> Iterator[Finding]:
    end: str | None = None
    for rule in routing.rules:
        if end is not None:
            yield Finding(rule.name, False, f"not reached: {end} stops")
            continue
        matched = rule.matches(subject)
        yield Finding(rule.name, matched, _why(rule, places, subject))
        end = rule.name if matched and rule.stop else None


def _why(rule: Ready, places: Places, subject: Subject) -> str:
    failed = [check for check in rule.checks if not check.holds(subject)]
    if failed:
        return "; ".join(
            f"{check.field} is {_shown(check, places, subject)}, not {check.wants}" for check in failed
        )
    told = (f"{check.field} is {_shown(check, places, subject)}" for check in rule.checks)
    return "; ".join(dict.fromkeys(told)) or "it asks for nothing"


def _shown(check: Check, places: Places, subject: Subject) -> Any:
    field = FIELDS[check.field]
    value = field.read(subject)
    if field.kind is Kind.PLACE:
        place = places.find(value) if value else NOWHERE
        return place.state or place.country or "unknown"
    if isinstance(value, tuple):
        return ", ".join(value) or "empty"
    return "unknown" if value is None else value
