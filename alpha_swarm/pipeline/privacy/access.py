"""A person is told everything: what the ledger holds, and what every system holds that can be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.doors.who import CLAY
from alpha_swarm.domain.privacy.rights import Identifiers
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.pipeline.privacy.patience import patiently

if TYPE_CHECKING:
    from alpha_swarm.clock import Clock

#: What a system holds of a person: its records as they stand there.
Known = Callable[[Identifiers], Sequence[Mapping[str, Any]]]

_REMEDY = "ask again when it answers: alpha-swarm doctor says what it lacks"
_NOT_ASKED = "is not configured any more: ask there by these ids, or configure it and ask again"
_NOT_FOUND = "rows that are held here stand in no table that is known here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the systems hold."""

    held: Mapping[str, Sequence[Mapping[str, Any]]]
    """System → its records of the person."""
    missing: Sequence[Mapping[str, Any]]
    """``{system, why, remedy}`` of each that could not be asked."""


class Inquiry:
    """Asks all systems at once; one that does not answer keeps back no other."""

    def __init__(self, systems: Mapping[str, Known], clock: Clock) -> None:
        self._systems = systems
        self._clock = clock

    def ask(self, who: Identifiers) -> Asked:
        """By whatever the person is known."""
        with ThreadPoolExecutor(max_workers=max(1, len(self._systems))) as threads:
            told = threads.map(lambda name: self._answer(name, who), self._systems)
            answers = dict(zip(self._systems, told, strict=True))
        missing = [one for one in answers.values() if isinstance(one, dict)]
        held = {name: one for name, one in answers.items() if not isinstance(one, dict)}
        return Asked(held=held, missing=[*missing, *self._unasked(who), *_not_found(held, who)])

    def _answer(self, name: str, who: Identifiers) -> Sequence[Mapping[str, Any]] | dict[str, Any]:
        try:
            return list(patiently(self._clock, lambda: self._systems[name](who)))
        except AlphaSwarmError as error:
            return {"system": name, "why": str(error), "remedy": _REMEDY}

    def _unasked(self, who: Identifiers) -> list[dict[str, Any]]:
        lost = {name: ids for name, ids in who.records.items() if ids and name not in self._systems}
        return [
            {"system": name, "why": f"{name} {_NOT_ASKED}", "remedy": ", ".join(ids)}
            for name, ids in lost.items()
        ]


def _not_found(held: Mapping[str, Sequence[Mapping[str, Any]]], who: Identifiers) -> list[dict[str, Any]]:
    """Tables of Clay come and go; a CRM merges records, whose ids then say nothing."""
    shown = {row.get("id") for row in held.get(CLAY, ())}
    # Of whom no lead is known no row is held here: it was said.
    lost = [one for one in who.of(CLAY) if one not in shown] if CLAY in held and who.lead_ids else []
    return [{"system": CLAY, "why": _NOT_FOUND, "remedy": f"look in clay: {', '.join(lost)}"}] if lost else []
