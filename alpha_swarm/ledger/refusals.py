"""How often each party answered 429: a count that only grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Text, cast, select

from alpha_swarm.ledger.tables import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.ledger.session import Session

_PREFIX = "calls.refused."


class SqlRefusals:
    """One fact for each party."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, refused: Mapping[str, int]) -> None:
        """Count on, in one order, so that two transactions never wait for each other."""
        for party, number in sorted(refused.items()):
            first = self._session.insert(facts).values(name=_PREFIX + party, value=str(number))
            total = cast(cast(facts.c.value, BigInteger) + number, Text)
            self._session.run(first.on_conflict_do_update(index_elements=["name"], set_={"value": total}))

    def totals(self) -> dict[str, int]:
        """Party → refusals since the ledger began."""
        mine = facts.c.name.startswith(_PREFIX, autoescape=True)
        rows = self._session.rows(select(facts.c.name, facts.c.value).where(mine))
        return {row.name.removeprefix(_PREFIX): int(row.value) for row in rows}
