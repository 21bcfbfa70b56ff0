"""Which ledger this is, and how far it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from alpha_swarm.ledger.schema.moments import move_back
from alpha_swarm.ledger.schema.tables import pulse
from alpha_swarm.ports.records import Pulse

if TYPE_CHECKING:
    from alpha_swarm.ledger.session import Session


class SqlPulse:
    """Implements ``ports.parts.Pulses``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def feel(self) -> Pulse:
        """Locked until the end of the transaction. It was made with the tables."""
        row = self._session.rows(select(pulse).with_for_update())[0]
        return Pulse(ledger=row.ledger, beats=row.beats, behind=max(0.0, row.at - self._session.now))

    def ledger(self) -> str:
        """It never changes."""
        return str(self._session.run(select(pulse.c.ledger)).scalar_one())

    def set(self, beats: int) -> None:
        """From here on it counts."""
        self._session.run(update(pulse).values(beats=beats, at=self._session.now))

    def move_back(self, seconds: float) -> None:
        """Leases, due times and pauses keep their distance from now."""
        move_back(self._session.connection, seconds)
