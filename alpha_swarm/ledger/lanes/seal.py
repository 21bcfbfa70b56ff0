"""What opens a lane is sealed in the ledger: with it anybody could write into the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from alpha_swarm.domain.lanes import LaneState
from alpha_swarm.ledger.schema.lanes import lanes
from alpha_swarm.sealing import Seal, is_sealed

if TYPE_CHECKING:
    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.lanes import LaneAddress


class LaneSeal:
    """Seals the addresses of lanes, and opens them where they are used."""

    def __init__(self, key: bytes) -> None:
        self._seal = Seal(key, "addresses and tokens of lanes")

    def closed(self, lane: LaneAddress) -> LaneAddress:
        """As the ledger keeps it."""
        token = None if lane.token is None else self._seal.close(lane.token)
        return replace(lane, url=self._seal.close(lane.url), token=token)

    def opened(self, lane: LaneAddress) -> LaneAddress:
        """As it is used.

        Raises:
            ConfigurationError: it was sealed with another key.
        """
        return replace(lane, url=self._text(lane.url), token=lane.token and self._text(lane.token))

    def close_all(self, session: Session) -> None:
        """Seal what was written down before there was a seal.

        Raises:
            ConfigurationError: a lane that is in use was sealed with another key.
        """
        for row in session.rows(select(lanes).with_for_update()):
            if row.state == LaneState.ACTIVE.value:
                self._text(row.url)
            plain = {name: text for name in ("url", "token") if (text := getattr(row, name)) is not None}
            sealed = {name: self._seal.close(text) for name, text in plain.items() if not is_sealed(text)}
            if sealed:
                session.run(update(lanes).where(lanes.c.name == row.name).values(sealed))

    def _text(self, kept: str) -> str:
        return self._seal.open(kept) if is_sealed(kept) else kept
