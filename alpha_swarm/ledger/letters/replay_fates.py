"""The letters of a replay: as they are planned, and how those stand that have begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from alpha_swarm.domain.letters.causes import Way
from alpha_swarm.domain.letters.replay_plan import WHOLE
from alpha_swarm.domain.letters.replay_ramp import Begun
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ledger.letters.cases import STARTED, WAITS, sync_of
from alpha_swarm.ledger.schema.crm import syncs
from alpha_swarm.ledger.schema.letters import dead_letters, replay_letters
from alpha_swarm.ledger.schema.tables import leads, persons, work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.engine import Row

    from alpha_swarm.domain.letters.replay_plan import ReplayPlan
    from alpha_swarm.ledger.session import Session

_WHOLE = or_(
    replay_letters.c.way == Way.ANEW.value, replay_letters.c.step.in_([step.value for step in WHOLE])
)
_DIED_AGAIN = (
    select(dead_letters.c.id)
    .where(
        dead_letters.c.lead_id == replay_letters.c.lead_id,
        dead_letters.c.id != replay_letters.c.letter_id,
        dead_letters.c.died_at >= replay_letters.c.started_at,
        # A row that is not told of a lead's end is another matter than the lead.
        or_(
            dead_letters.c.step == replay_letters.c.step,
            _WHOLE & (dead_letters.c.step != Step.WRITE_BACK.value),
        ),
    )
    .exists()
)
_OWED = (
    select(work.c.lead_id)
    .where(work.c.lead_id == replay_letters.c.lead_id, work.c.step == replay_letters.c.step)
    .exists()
)


def rows(replay_id: str, plan: ReplayPlan, leads_of: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """As they are kept with the plan."""
    blank = {"replay_id": replay_id, "step": None, "way": None, "position": None}
    for place, run in enumerate(plan.runs):
        letter = run.letter
        told = {"letter_id": letter.id, "lead_id": letter.lead_id, "step": letter.step.value}
        yield {**blank, **told, "way": run.way.value, "position": place, "fate": WAITS}
    for fate, found in (("moot", plan.moot), ("left", plan.left)):
        for letter_id in found:
            yield {**blank, "letter_id": letter_id, "lead_id": leads_of[letter_id], "fate": fate}


def begun(session: Session, replay_id: str) -> list[Begun]:
    """Those whose end is not known yet."""
    query = select(
        replay_letters,
        _WHOLE.label("whole"),
        leads.c.state,
        leads.c.generation.label("now_generation"),
        persons.c.lead_id.label("person"),
        syncs.c.state.label("sync"),
        _OWED.label("owed"),
        _DIED_AGAIN.label("died_again"),
    )
    query = query.join(leads, leads.c.id == replay_letters.c.lead_id)
    query = query.outerjoin(persons, persons.c.lead_id == replay_letters.c.lead_id)
    query = query.outerjoin(syncs, sync_of(replay_letters.c.step, replay_letters.c.lead_id))
    mine = (replay_letters.c.replay_id == replay_id, replay_letters.c.fate == STARTED)
    return [_read(row) for row in session.rows(query.where(*mine))]


def _read(row: Row[Any]) -> Begun:
    return Begun(
        letter_id=row.letter_id,
        step=Step(row.step),
        whole=row.whole,
        generation=row.generation,
        state=State(row.state) if row.person else None,
        now_generation=row.now_generation,
        sync=row.sync,
        owed=row.owed,
        died_again=row.died_again,
    )
