"""What was given up, why, and when it is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update
from ulid import ULID

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.tables import dead_letters, leads

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from alpha_swarm.domain.lead import Lead
    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.records import Death

_MOST_REPLAYS = 5
_FIRST_WAIT = 300.0


class SqlDeadLetters:
    """Implements ``ports.parts.DeadLetters``."""

    def __init__(self, session: Session, load: Callable[[Collection[str]], Mapping[str, Lead]]) -> None:
        self._session = session
        self._load = load

    def add(self, deaths: Sequence[Death]) -> None:
        """A step that was replayed before and died again counts its replays on."""
        if not deaths:
            return
        lead_ids = [death.lead_id for death in deaths]
        earlier = self._earlier(lead_ids)
        known = select(leads.c.id, leads.c.generation).where(among(leads.c.id, lead_ids))
        generations = {row.id: row.generation for row in self._session.rows(known)}
        rows = [
            self._row(death, generations[death.lead_id], earlier.get((death.lead_id, death.step.value), 0))
            for death in deaths
        ]
        self._session.add(dead_letters, rows)

    def replayable(self, limit: int) -> Sequence[tuple[str, Lead, Step]]:
        """Oldest first."""
        ripe = (dead_letters.c.resolved_at.is_(None), dead_letters.c.replay_at <= self._session.now)
        query = select(dead_letters).where(*ripe).order_by(dead_letters.c.replay_at).limit(limit)
        rows = self._session.rows(query.with_for_update(skip_locked=True))
        found = self._load([row.lead_id for row in rows])
        return [(row.id, found[row.lead_id], Step(row.step)) for row in rows]

    def resolve(self, ids: Collection[str]) -> None:
        """No longer dead."""
        self._session.run(
            update(dead_letters).where(among(dead_letters.c.id, ids)).values(resolved_at=self._session.now)
        )

    def overtake(
        self, lead_ids: Collection[str], steps: Collection[Step], causes: Collection[str] | None = None
    ) -> set[str]:
        """What was given up has come about after all."""
        theirs = (among(dead_letters.c.lead_id, lead_ids), dead_letters.c.resolved_at.is_(None))
        at_steps = dead_letters.c.step.in_([step.value for step in steps])
        query = select(dead_letters.c.id, dead_letters.c.lead_id).where(*theirs, at_steps)
        rows = self._session.rows(query if causes is None else query.where(dead_letters.c.cause.in_(causes)))
        self.resolve([row.id for row in rows])
        return {row.lead_id for row in rows}

    def _earlier(self, lead_ids: Collection[str]) -> dict[tuple[str, str], int]:
        query = select(dead_letters.c.lead_id, dead_letters.c.step, func.count().label("times"))
        query = query.where(among(dead_letters.c.lead_id, lead_ids), dead_letters.c.kind == "transient")
        rows = self._session.rows(query.group_by(dead_letters.c.lead_id, dead_letters.c.step))
        return {(row.lead_id, row.step): row.times for row in rows}

    def _row(self, death: Death, generation: int, replays: int) -> dict[str, Any]:
        again = death.kind == "transient" and replays < _MOST_REPLAYS
        return {
            "id": str(ULID()),
            "lead_id": death.lead_id,
            "generation": generation,
            "step": death.step.value,
            "cause": death.cause[:64],
            "kind": death.kind,
            "error": death.error[:300],
            "attempts": death.attempts,
            "replays": replays,
            "died_at": self._session.now,
            "replay_at": self._session.now + _FIRST_WAIT * 2**replays if again else None,
        }
