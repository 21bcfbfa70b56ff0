"""Dead letters as people ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, select

from alpha_swarm.domain.letters.dead_letters import Kind, Letter, Resolution
from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.letters import dead_letters
from alpha_swarm.ports.dead_letters import Group

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Row

    from alpha_swarm.domain.letters.dead_letters import Selection
    from alpha_swarm.ledger.session import Session

OPEN = dead_letters.c.resolved_at.is_(None)
#: Replayed by itself until that was enough.
GIVEN_UP = and_(dead_letters.c.kind == Kind.TRANSIENT.value, dead_letters.c.replay_at.is_(None), OPEN)


def meant(selection: Selection) -> list[ColumnElement[bool]]:
    """The open ones of a selection."""
    letters = dead_letters.c
    found: list[ColumnElement[bool]] = [OPEN]
    found += [letters.kind == selection.kind.value] if selection.kind else []
    found += [letters.cause == selection.cause] if selection.cause else []
    found += [letters.step == selection.step.value] if selection.step else []
    found += [letters.died_at >= selection.since] if selection.since is not None else []
    return found + ([among(letters.id, selection.ids)] if selection.ids is not None else [])


def groups(session: Session, selection: Selection) -> list[Group]:
    """What is alike, the largest group first."""
    alike = (dead_letters.c.step, dead_letters.c.cause, dead_letters.c.kind)
    number = func.count().label("letters")
    query = select(
        *alike,
        number,
        func.sum(case((GIVEN_UP, 1), else_=0)).label("given_up"),
        func.min(dead_letters.c.first_at).label("oldest_at"),
        func.min(dead_letters.c.replay_at).label("next_replay_at"),
    ).where(*meant(selection))
    rows = session.rows(query.group_by(*alike).order_by(number.desc(), *alike))
    return [_group(row) for row in rows]


def _group(row: Row[Any]) -> Group:
    return Group(
        step=Step(row.step),
        cause=row.cause,
        kind=row.kind,
        letters=row.letters,
        given_up=row.given_up,
        oldest_at=row.oldest_at,
        next_replay_at=row.next_replay_at,
    )


def page(session: Session, selection: Selection, after: str, most: int) -> list[Letter]:
    """By id."""
    query = select(dead_letters).where(*meant(selection), dead_letters.c.id > after)
    return [read_letter(row) for row in session.rows(query.order_by(dead_letters.c.id).limit(most))]


def find(session: Session, letter_id: str) -> Letter | None:
    """One."""
    rows = session.rows(select(dead_letters).where(dead_letters.c.id == letter_id))
    return read_letter(rows[0]) if rows else None


def read_letter(row: Row[Any]) -> Letter:
    """From its row."""
    return Letter(
        id=row.id,
        lead_id=row.lead_id,
        generation=row.generation,
        step=Step(row.step),
        cause=row.cause,
        kind=Kind(row.kind),
        error=row.error,
        attempts=row.attempts,
        replays=row.replays,
        first_at=row.first_at,
        died_at=row.died_at,
        replay_at=row.replay_at,
        resolution=Resolution(row.resolution) if row.resolution else None,
    )
