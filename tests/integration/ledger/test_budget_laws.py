"""Whatever happens to calls in whatever order, the books of credits agree with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.ledger.schema.money import budget
from alpha_swarm.ledger.schema.tables import call_leads, calls
from tests.integration.ledger.actors import people, plan

if TYPE_CHECKING:
    from alpha_swarm.ledger.ledger import SqlLedger

_LEADS = 3
_some = st.sets(st.integers(0, _LEADS - 1), min_size=1)
#: Credits that binary numbers hold exactly, so that sums can be compared exactly.
_credits = st.integers(0, 40).map(lambda quarters: quarters / 4)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("plan"), _some, _credits),
        st.tuples(st.sampled_from(["done", "failed", "unknown"]), _some, st.none()),
        st.tuples(st.just("charge"), _some, _credits),
        st.tuples(st.just("doubts"), _some, st.none()),
    ),
    max_size=15,
)


def take(ledger: SqlLedger, lead_ids: list[str], kind: str, credit: float | None) -> None:
    """One thing that happens."""
    if kind == "plan":
        plan(ledger, lead_ids, cost=Cost(credit or 0.0))
        return
    with ledger.begin() as tx:
        if kind == "charge":
            tx.calls.charge(dict.fromkeys(lead_ids, Cost(credit or 0.0)))
        elif kind == "doubts":
            tx.calls.doubts("enrich_rows", lead_ids)
        else:
            tx.calls.settle("enrich_rows", dict.fromkeys(lead_ids, kind))


def books(ledger: SqlLedger) -> tuple[float, float]:
    """(reserved, spent) as the budget says."""
    with ledger.read() as tx:
        return tx.views.counts().day


def sums(ledger: SqlLedger) -> tuple[float, float]:
    """(reserved, spent) as the calls say."""
    is_open = call_leads.c.credits_spent.is_(None) & (call_leads.c.state != "failed")
    reserved = select(func.coalesce(func.sum(call_leads.c.credits_reserved), 0.0)).where(is_open)
    spent = select(func.coalesce(func.sum(call_leads.c.credits_spent), 0.0))
    with ledger.read() as tx:
        return tx.session.run(reserved).scalar_one(), tx.session.run(spent).scalar_one()


def forget(ledger: SqlLedger) -> None:
    """Empty the books for the next example."""
    with ledger.begin() as tx:
        for table in (call_leads, calls, budget):
            tx.session.run(delete(table))


@settings(settings.get_profile("ledger"))
@given(steps=_steps)
def test_reserved_and_spent_are_the_sums_of_the_calls_and_never_negative(
    ledger: SqlLedger, steps: list[tuple[str, set[int], float | None]]
) -> None:
    forget(ledger)
    lead_ids = people(ledger, _LEADS)
    for kind, chosen, credit in steps:
        take(ledger, [lead_ids[index] for index in sorted(chosen)], kind, credit)
        assert books(ledger) == sums(ledger)
        assert min(books(ledger)) >= 0.0
