"""How often each party answered 429: a count that only grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.ledger.counters import count_on, totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.ledger.session import Session

_PREFIX = "calls.refused."


class SqlRefusals:
    """One fact for each party."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, refused: Mapping[str, int]) -> None:
        """Count on."""
        count_on(self._session, _PREFIX, refused)

    def totals(self) -> dict[str, int]:
        """Party → refusals since the ledger began."""
        return totals(self._session, _PREFIX)
