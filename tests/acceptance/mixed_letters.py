"""Dead letters of all kinds, each brought about by what brings it about outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import update

from alpha_swarm.domain.letters.dead_letters import Kind, Selection
from alpha_swarm.domain.states import State, Step, Target
from alpha_swarm.ledger.schema.letters import dead_letters
from alpha_swarm.ledger.schema.tables import leads
from alpha_swarm.pipeline.effects.settlement import PATIENCE_SECONDS
from alpha_swarm.ports.records import Owed
from tests.integration.pipeline.replaying import settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.integration.world import World

#: Of a hundred people, so many meet each kind of trouble.
_GHL_DOWN, _INSTANTLY_DOWN, _UNTOLD, _UNSTARTED, _UNKNOWN = 35, 10, 15, 30, 10
#: Of a hundred letters of a kind, so many become something else before the plan.
_SOME = 10


@dataclass(slots=True)
class Made:
    """Letter id → lead id, by what became of them before the plan."""

    moot: dict[str, dict[str, str]] = field(default_factory=dict)
    left: dict[str, dict[str, str]] = field(default_factory=dict)
    started: dict[str, str] = field(default_factory=dict)
    """Those whose enrichment somebody has started by hand at Clay."""


def make(world: World, people: int) -> Made:
    """Letters of so many people, and some of them moot, forbidden, or done at Clay."""
    _fail(world, people * _GHL_DOWN // 100, "ghl", "ghl", "upsertContact", 503)
    _fail(world, people * _INSTANTLY_DOWN // 100, "instantly", "instantly", "addLeads", 503)
    _fail(world, people * _UNTOLD // 100, "untold", "clay", "updateRows", 503)
    _submit(world, people * _UNSTARTED // 100)
    _fail(world, 0, "unstarted", "clay", "enrichRows", 500)
    _fail(world, people * _UNKNOWN // 100, "unknown", "clay", "addRows", 500)
    made = Made()
    _outdate(world, made)
    _forbid(world, made)
    _start_by_hand(world, made)
    return made


def letters(world: World, step: Step, cause: str | None = None) -> dict[str, str]:
    """Open letter id → lead id."""
    found = world.app.dead_letters.list(Selection(step=step, cause=cause), 100_000)
    return {one["id"]: one["lead_id"] for one in found}


def _fail(world: World, people: int, name: str, service: str, operation: str, status: int) -> None:
    """Who comes while this does not work is given up; then it works again."""
    world.fault(service=service, operation=operation, fault="status", status=status)
    world.people(people, name)
    # A lost answer uses up no attempt before that.
    world.let_time_pass(PATIENCE_SECONDS)
    settle(world)
    world.mend()


def _submit(world: World, people: int) -> None:
    world.people(people, "unstarted")
    while world.app.status()["leads"]["received"]:
        with world.app.ledger.read() as tx:
            due = list(tx.work.due([Step.INGEST], 500).get(Step.INGEST, ()))
        world.app.run(Step.INGEST, due)


def _outdate(world: World, made: Made) -> None:
    """Some of those that GoHighLevel did not get, and of those whose rows were not told."""
    failed = set(letters(world, Step.ENRICH, "enrichment_failed").values())
    unsynced, every = letters(world, Step.SYNC_GHL), letters(world, Step.WRITE_BACK)
    untold = {key: lead_id for key, lead_id in every.items() if lead_id not in failed}
    behind = {key: lead_id for key, lead_id in every.items() if lead_id in failed}
    done, erased, expired = _shares(unsynced, 3)
    renewed, told = _shares(untold, 2)
    _sync_by_hand(world, list(done.values()))
    _owe(world, Step.WRITE_BACK, list(told.values()))
    settle(world)
    with world.app.ledger.begin() as tx:
        for chosen, values in (
            (erased, {"state": State.ERASED.value}),
            (expired, {"retention_until": 1.0}),
            (renewed, {"generation": 2}),
        ):
            for lead_id in chosen.values():
                tx.session.run(update(leads).where(leads.c.id == lead_id).values(values))
    made.moot = {
        "done_meanwhile": done | told,
        "erased": erased,
        "expired": expired,
        "newer_generation": renewed,
    }
    # Their leads go the whole way again.
    made.left = {"behind_another_letter_of_its_lead": behind} if behind else {}


def _sync_by_hand(world: World, lead_ids: Sequence[str]) -> None:
    with world.app.ledger.begin() as tx:
        tx.syncs.open({one: [Target.GHL] for one in lead_ids})
        tx.leads.move(dict.fromkeys(lead_ids, State.SYNCING))
    _owe(world, Step.SYNC_GHL, lead_ids)


def _owe(world: World, step: Step, lead_ids: Sequence[str]) -> None:
    with world.app.ledger.begin() as tx:
        tx.work.owe(Owed(lead_id=one, step=step, turn=0.0) for one in lead_ids)


def _forbid(world: World, made: Made) -> None:
    """Some of those that never came to Clay."""
    poison, privacy = _shares(letters(world, Step.INGEST), 2)
    with world.app.ledger.begin() as tx:
        for kind, chosen in ((Kind.POISON, poison), (Kind.PRIVACY, privacy)):
            for letter_id in chosen:
                mine = dead_letters.c.id == letter_id
                tx.session.run(update(dead_letters).where(mine).values(kind=kind.value))
    made.left |= {"poison": poison, "privacy": privacy}


def _start_by_hand(world: World, made: Made) -> None:
    """Some of those whose enrichment was never started."""
    (made.started,) = _shares(letters(world, Step.ENRICH, "attempts_exhausted"), 1)
    found = world.leads()
    rows = [found[lead_id].row_id or "" for lead_id in made.started.values()]
    for start in range(0, len(rows), 25):
        world.app.enricher.start(rows[start : start + 25], f"by hand {start}")


def _shares(found: dict[str, str], number: int) -> list[dict[str, str]]:
    """So many lots of these, which have nobody in common."""
    size = max(1, len(found) * _SOME // 100)
    every = list(found.items())
    return [dict(every[place * size : (place + 1) * size]) for place in range(number)]
