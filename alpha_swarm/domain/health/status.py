"""The state of the whole, in one answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.health.health import Health, Signs, health
from alpha_swarm.domain.providers.uses import used_this_hour
from alpha_swarm.domain.states import RESTING, State, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.health.counts import Counts
    from alpha_swarm.domain.money.budget import Caps

_WELL = Signs()
_STEPS = frozenset(step.value for step in Step)


def status(
    counts: Counts,
    queues: Mapping[str, int] | None,
    caps: Caps,
    breakers: Mapping[str, str | None],
    signs: Signs = _WELL,
) -> dict[str, Any]:
    """What ``status --json`` prints.

    Args:
        counts: of the ledger.
        queues: jobs waiting by queue, ``None`` when Redis cannot be asked.
        caps: on credits and actions.
        breakers: whom we talk to → the breaker's state, ``None`` where it is not known. Whoever is left alone
            for another reason is shown as ``open``, too.
        signs: of health, as far as the others do not show them.
    """
    found = diagnosis(counts, breakers, signs, redis=queues is not None)
    moving = sum(number for state, number in counts.states.items() if State(state) not in RESTING)
    return {
        "leads": _leads(counts.states),
        "total": sum(counts.states.values()),
        "balanced": _balanced(counts),
        "settled": moving == 0 and counts.write_backs == 0,
        "oldest_waiting_seconds": round(counts.oldest_waiting_seconds, 3),
        "queues": _queues(queues or {}),
        "credits": {"day": _used(counts.day, caps.day), "month": _used(counts.month, caps.month)},
        "actions": {"month": _used(counts.actions, caps.month_actions)},
        "breakers": _shown_all(counts, breakers),
        "providers": used_this_hour(counts.providers),
        "dead_letters": counts.dead_letters,
        "not_kept": counts.not_kept,
        "health": found.level,
        "reasons": [reason.line for reason in found.reasons],
    }


def _leads(states: Mapping[str, int]) -> dict[str, int]:
    """Whoever objected is told of where there is such a person: nobody else needs the word."""
    return {state: number for state, number in states.items() if number or state != State.OBJECTED}


def diagnosis(counts: Counts, breakers: Mapping[str, str | None], signs: Signs, *, redis: bool) -> Health:
    """How the whole is."""
    shown = _shown_all(counts, breakers)
    away = {party: "too many calls failed" for party, state in shown.items() if state == "open"}
    return health(
        replace(
            signs,
            balanced=_balanced(counts),
            redis=redis,
            away=away | dict(counts.pauses),
            # What waits for another side waits for nobody of ours.
            progress={
                name: one
                for name, one in signs.progress.items()
                if name not in _STEPS or shown.get(Step(name).party, "closed") == "closed"
            },
            missed=counts.missed,
            dead_letters=counts.dead_letters,
            oldest_dead_letter_seconds=counts.oldest_dead_letter_seconds,
            held=counts.states[State.HELD],
            caps=counts.stops,
        )
    )


def _balanced(counts: Counts) -> bool:
    return sum(counts.states.values()) == counts.accepted and counts.stranded == 0


def _queues(depths: Mapping[str, int]) -> dict[str, int]:
    sync = sum(number for name, number in depths.items() if name.startswith("sync-"))
    names = ("ingest", "enrich", "sync", "dlq")
    return {name: sync if name == "sync" else depths.get(name, 0) for name in names}


def _used(used: tuple[float, float], cap: float | None) -> dict[str, float | None]:
    reserved, spent = used
    return {"reserved": round(reserved, 4), "spent": round(spent, 4), "cap": cap}


def _shown_all(counts: Counts, breakers: Mapping[str, str | None]) -> dict[str, str]:
    return {party: _shown(state, paused=party in counts.pauses) for party, state in breakers.items()}


def _shown(state: str | None, *, paused: bool) -> str:
    if state is None or state == "closed":
        return "open" if paused else "closed"
    return state
