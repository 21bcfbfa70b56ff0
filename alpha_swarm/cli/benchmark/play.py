"""All sections, one after the other, each on a stage of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.benchmark import acks, contacts, light, limits, sealing, throughput
from alpha_swarm.cli.benchmark.sections import Section
from alpha_swarm.cli.printing import err

if TYPE_CHECKING:
    from collections.abc import Collection

_LONGEST_ACKS_SECONDS = 10.0
#: How many times the backlog for the webhooks is as long, so that the workers have enough to do.
_BACKLOG = 5


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    leads: int
    """That wait before the start, limits off."""
    seconds: float
    """That each load with a pace of its own is kept up."""
    window: float
    """Seconds of Clay's limits; the vendor's own are 60."""


def play(size: Size, chosen: Collection[Section]) -> dict[str, Any]:
    """The report as JSON: section → what was measured.

    Raises:
        AlphaSwarmError: a load does not settle in time.
    """
    return {section.value: _announced(section, size) for section in Section if section in chosen}


def _announced(section: Section, size: Size) -> dict[str, Any]:
    console, title = err(), section.value.replace("_", " ")
    with console.status(f"measuring {title}"):
        found = _measure(section, size)
    console.print(f"measured {title}")
    return found


def _measure(section: Section, size: Size) -> dict[str, Any]:
    match section:
        case Section.LIMITS_OFF:
            return throughput.measure(size.leads)
        case Section.LIMITS_ON:
            return limits.measure(size.window, max(1, round(size.seconds / size.window)))
        case Section.LIGHT_LOAD | Section.LIGHT_LOAD_LIMITED:
            return light.measure(size.seconds, limits=section is Section.LIGHT_LOAD_LIMITED)
        case Section.WEBHOOK_ACKS:
            return acks.measure(_BACKLOG * size.leads, min(size.seconds, _LONGEST_ACKS_SECONDS))
        case Section.CONTACTS:
            return contacts.measure(size.leads)
        case Section.SEALING:
            return sealing.measure(size.leads)
