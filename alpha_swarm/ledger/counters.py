"""Counts that only grow: one fact each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Text, cast, select

from alpha_swarm.ledger.schema.tables import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.ledger.session import Session


def count_on(session: Session, prefix: str, numbers: Mapping[str, int]) -> None:
    """In one order, so that two transactions never wait for each other."""
    for name, number in sorted(numbers.items()):
        first = session.insert(facts).values(name=prefix + name, value=str(number))
        total = cast(cast(facts.c.value, BigInteger) + number, Text)
        session.run(first.on_conflict_do_update(index_elements=["name"], set_={"value": total}))


def totals(session: Session, prefix: str) -> dict[str, int]:
    """Name → count since the ledger began."""
    mine = facts.c.name.startswith(prefix, autoescape=True)
    rows = session.rows(select(facts.c.name, facts.c.value).where(mine))
    return {row.name.removeprefix(prefix): int(row.value) for row in rows}
