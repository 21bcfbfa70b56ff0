"""The state of the whole, in one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.providers import used_this_hour
from alpha_swarm.domain.states import RESTING, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.budget import Caps
    from alpha_swarm.domain.counts import Counts

#: Work that is due for so long without anybody doing it means that nobody does.
_NO_PROGRESS_SECONDS = 600.0
_MANY_DEAD_LETTERS = 100


def status(
    counts: Counts,
    queues: Mapping[str, int] | None,
    caps: Caps,
    breakers: Mapping[str, str | None],
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """What ``status --json`` prints.

    Args:
        counts: of the ledger.
        queues: jobs waiting by queue, ``None`` when Redis cannot be asked.
        caps: on credits and actions.
        breakers: whom we talk to → the breaker's state, ``None`` where it is not known. Whoever is left alone
            for another reason is shown as ``open``, too.
        notes: further reasons to look after it.
    """
    shown = {party: _shown(state, paused=party in counts.pauses) for party, state in breakers.items()}
    total = sum(counts.states.values())
    balanced = total == counts.accepted and counts.stranded == 0
    moving = sum(number for state, number in counts.states.items() if State(state) not in RESTING)
    away = {party: "too many calls failed" for party, state in shown.items() if state == "open"}
    away |= counts.pauses
    health, reasons = _health(counts, away, notes, redis_up=queues is not None, balanced=balanced)
    return {
        "leads": dict(counts.states),
        "total": total,
        "balanced": balanced,
        "settled": moving == 0 and counts.write_backs == 0,
        "oldest_waiting_seconds": round(counts.oldest_waiting_seconds, 3),
        "queues": _queues(queues or {}),
        "credits": {"day": _used(counts.day, caps.day), "month": _used(counts.month, caps.month)},
        "actions": {"month": _used(counts.actions, caps.month_actions)},
        "breakers": shown,
        "providers": used_this_hour(counts.providers),
        "dead_letters": counts.dead_letters,
        "not_kept": counts.not_kept,
        "health": health,
        "reasons": reasons,
    }


def _queues(depths: Mapping[str, int]) -> dict[str, int]:
    sync = sum(number for name, number in depths.items() if name.startswith("sync-"))
    names = ("ingest", "enrich", "sync", "dlq")
    return {name: sync if name == "sync" else depths.get(name, 0) for name in names}


def _used(used: tuple[float, float], cap: float | None) -> dict[str, float | None]:
    reserved, spent = used
    return {"reserved": round(reserved, 4), "spent": round(spent, 4), "cap": cap}


def _shown(state: str | None, *, paused: bool) -> str:
    if state is None or state == "closed":
        return "open" if paused else "closed"
    return state


def _health(
    counts: Counts, away: Mapping[str, str], notes: Sequence[str], *, redis_up: bool, balanced: bool
) -> tuple[str, list[str]]:
    broken = []
    if not balanced:
        broken.append(
            "the books do not balance: keep the ledger as it is and look at trace of the newest leads"
        )
    if "clay" in away:
        broken.append(f"Clay is left alone for a while: {away['clay']}")
    if counts.oldest_waiting_seconds > _NO_PROGRESS_SECONDS:
        broken.append("work is due and nobody does it: is alpha-swarm up running?")
    weak = [f"{party} is left alone for a while: {why}" for party, why in away.items() if party != "clay"]
    if counts.dead_letters > _MANY_DEAD_LETTERS:
        weak.append(f"{counts.dead_letters} dead letters: see why with alpha-swarm dlq list")
    weak += notes
    if not redis_up:
        weak.append("Redis cannot be reached: nothing is lost, but nothing moves; start alpha-swarm up")
    # Waiting for money is no illness, but it has to be said.
    short = [
        f"{counts.states[State.HELD]} leads are held: {why}; see alpha-swarm budget" for why in _short(counts)
    ]
    health = "unhealthy" if broken else "degraded" if weak else "healthy"
    return health, [*broken, *weak, *short]


def _short(counts: Counts) -> list[str]:
    if not counts.states[State.HELD]:
        return []
    return [f"the cap on {meter} of the {kind} is reached" for kind, meter in map(str.split, counts.stops)]
