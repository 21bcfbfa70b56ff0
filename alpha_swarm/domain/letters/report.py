"""Dead letters, plans and replays as people and programs read them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.letters.causes import cause_named
from alpha_swarm.domain.letters.replay_ramp import stages
from alpha_swarm.domain.moments import write_moment

if TYPE_CHECKING:
    from alpha_swarm.domain.letters.dead_letters import Letter
    from alpha_swarm.domain.letters.replay_plan import ReplayPlan
    from alpha_swarm.domain.letters.replay_ramp import Replay


def letter_row(letter: Letter, now: float) -> dict[str, Any]:
    """One letter."""
    cause = cause_named(letter.cause)
    return {
        "id": letter.id,
        "lead_id": letter.lead_id,
        "generation": letter.generation,
        "step": letter.step.value,
        "cause": letter.cause,
        "kind": letter.kind.value,
        "error": letter.error,
        "attempts": letter.attempts,
        "replays": letter.replays,
        "given_up": letter.given_up,
        "first_at": moment(letter.first_at),
        "died_at": moment(letter.died_at),
        "age_seconds": round(max(0.0, now - letter.first_at), 1),
        "next_replay_at": moment(letter.replay_at),
        "resolution": letter.resolution.value if letter.resolution else None,
        "says": cause.says,
        "needed": cause.needed,
        "replay": cause.way.value,
    }


def plan_report(plan: ReplayPlan) -> dict[str, Any]:
    """What runs, what is moot, what is left out, in figures."""
    groups = Counter((*one.group, one.paid) for one in plan.runs)
    return {
        "hash": plan.hash,
        "letters": plan.letters,
        "runs": len(plan.runs),
        "paid": sum(one.paid for one in plan.runs),
        "stages": list(stages(len(plan.runs))),
        "groups": [
            {"step": step, "cause": cause, "way": way, "paid": paid, "runs": number}
            for (step, cause, way, paid), number in sorted(groups.items())
        ],
        **plan.counted(),
    }


def replay_row(replay: Replay) -> dict[str, Any]:
    """How far it has come."""
    counts = replay.counts
    moot = counts.get("moot", 0) + counts.get("left", 0)
    return {
        "id": replay.id,
        "hash": replay.hash,
        "state": replay.state.value,
        "planned": replay.planned,
        "begun": replay.planned - counts.get("waits", 0),
        "done": counts.get("well", 0),
        "died_again": counts.get("died", 0),
        "moot": moot,
        "stage": replay.stage + 1,
        "stages": list(stages(replay.planned)),
        "why": replay.why,
        "started_at": moment(replay.started_at),
        "ended_at": moment(replay.ended_at),
    }


def moment(seconds: float | None) -> str | None:
    """Of the ledger's time, in ISO 8601."""
    return None if seconds is None else write_moment(datetime.fromtimestamp(round(seconds), UTC))
