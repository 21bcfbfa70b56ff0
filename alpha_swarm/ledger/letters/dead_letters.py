"""What was given up, why, and when it is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select, update
from ulid import ULID

from alpha_swarm.domain.letters.dead_letters import MOST_REPLAYS, Kind, Resolution
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.letters import cases as letter_cases
from alpha_swarm.ledger.letters import views as letter_views
from alpha_swarm.ledger.schema.letters import dead_letters
from alpha_swarm.ledger.schema.tables import leads
from alpha_swarm.redact import redact

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.domain.letters.dead_letters import Case, Letter, Selection
    from alpha_swarm.domain.states import Step
    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.dead_letters import Group
    from alpha_swarm.ports.records import Death

_FIRST_WAIT = 300.0


class SqlDeadLetters:
    """Implements ``ports.dead_letters.DeadLetters``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, deaths: Sequence[Death]) -> None:
        """A step that was replayed before and died again counts its replays on."""
        if not deaths:
            return
        lead_ids = [death.lead_id for death in deaths]
        earlier = self._earlier(lead_ids)
        known = select(leads.c.id, leads.c.generation).where(among(leads.c.id, lead_ids))
        generations = {row.id: row.generation for row in self._session.rows(known)}
        never = (0, self._session.now)
        rows = [
            self._row(
                death, generations[death.lead_id], *earlier.get((death.lead_id, death.step.value), never)
            )
            for death in deaths
        ]
        self._session.add(dead_letters, rows)

    def ripe(self, limit: int) -> Mapping[str, str]:
        """Those of a replay that is under way wait for their turn in it."""
        due = dead_letters.c.replay_at <= self._session.now
        query = select(dead_letters.c.id, dead_letters.c.lead_id).where(
            letter_views.OPEN, due, ~letter_cases.ENGAGED
        )
        rows = self._session.rows(query.order_by(dead_letters.c.replay_at).limit(limit))
        return {row.id: row.lead_id for row in rows}

    def cases(self, ids: Collection[str]) -> Sequence[Case]:
        """Nobody else closes them before the transaction ends."""
        if self._session.row_locks:
            held = select(dead_letters.c.id).where(among(dead_letters.c.id, ids)).order_by(dead_letters.c.id)
            self._session.rows(held.with_for_update())
        return letter_cases.cases(self._session, [among(dead_letters.c.id, ids)])

    def chosen(self, selection: Selection, most: int) -> Sequence[Case]:
        """A look that locks nothing."""
        return letter_cases.cases(self._session, letter_views.meant(selection), most)

    def resolve(self, ids: Collection[str], resolution: Resolution) -> None:
        """No longer dead."""
        closed = {"resolved_at": self._session.now, "resolution": resolution.value}
        self._session.run(update(dead_letters).where(among(dead_letters.c.id, ids)).values(closed))

    def overtake(
        self, lead_ids: Collection[str], steps: Collection[Step], causes: Collection[str] | None = None
    ) -> set[str]:
        """What was given up has come about after all."""
        theirs = (among(dead_letters.c.lead_id, lead_ids), letter_views.OPEN)
        at_steps = dead_letters.c.step.in_([step.value for step in steps])
        query = select(dead_letters.c.id, dead_letters.c.lead_id).where(*theirs, at_steps)
        rows = self._session.rows(query if causes is None else query.where(dead_letters.c.cause.in_(causes)))
        self.resolve([row.id for row in rows], Resolution.OVERTAKEN)
        return {row.lead_id for row in rows}

    def groups(self, selection: Selection) -> Sequence[Group]:
        """One query."""
        return letter_views.groups(self._session, selection)

    def page(self, selection: Selection, after: str, most: int) -> Sequence[Letter]:
        """Ids grow with time."""
        return letter_views.page(self._session, selection, after, most)

    def find(self, letter_id: str) -> Letter | None:
        """By its key."""
        return letter_views.find(self._session, letter_id)

    def now(self) -> float:
        """The transaction's."""
        return self._session.now

    def _earlier(self, lead_ids: Collection[str]) -> dict[tuple[str, str], tuple[int, float]]:
        """(Lead, step) → replays so far and the first time; a replay that is paid for begins a generation."""
        same = or_(
            dead_letters.c.generation == leads.c.generation, dead_letters.c.kind == Kind.PERMANENT.value
        )
        query = select(
            dead_letters.c.lead_id,
            dead_letters.c.step,
            func.count().label("times"),
            func.min(dead_letters.c.first_at).label("first_at"),
        ).join(leads, leads.c.id == dead_letters.c.lead_id)
        replayed = dead_letters.c.resolution == Resolution.REPLAYED.value
        query = query.where(among(dead_letters.c.lead_id, lead_ids), replayed, same)
        rows = self._session.rows(query.group_by(dead_letters.c.lead_id, dead_letters.c.step))
        return {(row.lead_id, row.step): (row.times, row.first_at) for row in rows}

    def _row(self, death: Death, generation: int, replays: int, first_at: float) -> dict[str, Any]:
        again = death.kind == Kind.TRANSIENT and replays < MOST_REPLAYS
        return {
            "id": str(ULID()),
            "lead_id": death.lead_id,
            "generation": generation,
            "step": death.step.value,
            "cause": death.cause[:64],
            "kind": death.kind,
            "error": redact(death.error)[:300],
            "attempts": death.attempts,
            "replays": min(replays, MOST_REPLAYS),
            "first_at": first_at,
            "died_at": self._session.now,
            "replay_at": self._session.now + _FIRST_WAIT * 2**replays if again else None,
        }
