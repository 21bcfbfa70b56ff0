"""Where each stream of leads stands in the common queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, delete, func, select

from alpha_swarm.domain.leads.turns import turns
from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.hashing import fingerprint
from alpha_swarm.ledger.schema.tables import flows, work

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.records import Arrival


class Flows:
    """Gives each new lead its turn."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def queue_up(self, arrivals: Mapping[str, Arrival]) -> dict[str, float]:
        """Lead id → turn, in the order of the arrivals."""
        names = {lead_id: _name(arrival) for lead_id, arrival in arrivals.items()}
        last, now = self._last(set(names.values())), self._now()
        streams = {
            name: turns(arrivals[lead_id].priority, last.get(name), now) for lead_id, name in names.items()
        }
        given = {lead_id: next(streams[name]) for lead_id, name in names.items()}
        self._remember({names[lead_id]: turn for lead_id, turn in given.items()})
        return given

    def tidy(self) -> None:
        """A stream of which nobody waits needs no place."""
        self._session.run(delete(flows).where(flows.c.turn < self._now()))

    def _now(self) -> float:
        """Whose turn it is at the front; where nobody waits, past all that ever waited."""
        front = select(func.min(work.c.turn)).where(work.c.step == Step.INGEST.value)
        found = self._session.run(front).scalar()
        if found is None:
            found = self._session.run(select(func.max(flows.c.turn))).scalar()
        return float(found or 0.0)

    def _last(self, names: Collection[str]) -> dict[str, float]:
        query = select(flows.c.name, flows.c.turn).where(among(flows.c.name, names))
        return {row.name: row.turn for row in self._session.rows(query)}

    def _remember(self, last: Mapping[str, float]) -> None:
        if not last:
            return
        statement = self._session.insert(flows)
        # Of two doors that take in the same stream at once, the one that is ahead holds.
        ahead = case((flows.c.turn > statement.excluded.turn, flows.c.turn), else_=statement.excluded.turn)
        rows = [{"name": name, "turn": turn} for name, turn in sorted(last.items())]
        self._session.run(
            statement.on_conflict_do_update(index_elements=["name"], set_={"turn": ahead}), rows
        )


def _name(arrival: Arrival) -> str:
    came = arrival.input
    return fingerprint(came.source_type.value, came.source_name, arrival.priority.value)
