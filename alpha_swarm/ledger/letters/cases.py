"""Open letters with how their leads stand, in one look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, literal, select

from alpha_swarm.domain.letters.dead_letters import Case
from alpha_swarm.domain.letters.replay_ramp import ReplayState
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ledger.letters.views import OPEN, read_letter
from alpha_swarm.ledger.schema.crm import syncs
from alpha_swarm.ledger.schema.letters import dead_letters, replay_letters, replays
from alpha_swarm.ledger.schema.tables import events, leads, persons, work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Row

    from alpha_swarm.ledger.session import Session

#: States in which a replay goes on.
UNDER_WAY = (ReplayState.CANARY.value, ReplayState.RUNNING.value)
WAITS, STARTED = "waits", "started"

#: Whether a replay that is under way has the letter on its list.
ENGAGED = (
    select(replay_letters.c.letter_id)
    .join(replays, replays.c.id == replay_letters.c.replay_id)
    .where(
        replay_letters.c.letter_id == dead_letters.c.id,
        replay_letters.c.fate == WAITS,
        replays.c.state.in_(UNDER_WAY),
    )
    .exists()
)
_OWED = (
    select(work.c.lead_id)
    .where(work.c.lead_id == dead_letters.c.lead_id, work.c.step == dead_letters.c.step)
    .exists()
)
_WRITTEN_BACK = and_(
    dead_letters.c.step == Step.WRITE_BACK.value,
    select(events.c.id)
    .where(
        events.c.lead_id == dead_letters.c.lead_id,
        events.c.kind == "written_back",
        events.c.at > dead_letters.c.died_at,
    )
    .exists(),
)


def sync_of(step: ColumnElement[str], lead_id: ColumnElement[str]) -> ColumnElement[bool]:
    """How the lead stands with the CRM of the step."""
    return and_(syncs.c.lead_id == lead_id, cast(literal("sync-"), String).concat(syncs.c.target) == step)


def cases(session: Session, wanted: Sequence[ColumnElement[bool]], most: int | None = None) -> list[Case]:
    """The open ones of these, the oldest first."""
    query = select(
        dead_letters,
        leads.c.state.label("lead_state"),
        leads.c.generation.label("lead_generation"),
        leads.c.retention_until,
        persons.c.lead_id.label("person"),
        syncs.c.state.label("sync"),
        _OWED.label("owed"),
        _WRITTEN_BACK.label("written_back"),
        ENGAGED.label("engaged"),
    )
    query = query.join(leads, leads.c.id == dead_letters.c.lead_id)
    query = query.outerjoin(persons, persons.c.lead_id == dead_letters.c.lead_id)
    query = query.outerjoin(syncs, sync_of(dead_letters.c.step, dead_letters.c.lead_id))
    query = query.where(OPEN, *wanted).order_by(dead_letters.c.died_at, dead_letters.c.id)
    return [_case(row, session.now) for row in session.rows(query.limit(most))]


def _case(row: Row[Any], now: float) -> Case:
    return Case(
        letter=read_letter(row),
        state=State(row.lead_state) if row.person else None,
        generation=row.lead_generation,
        expired=row.retention_until <= now,
        sync=row.sync,
        owed=row.owed,
        written_back=row.written_back,
        engaged=row.engaged,
    )
