"""What is measured, on either database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.money.cost import FREE, Cost
from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.money.budget import row_of
from alpha_swarm.ledger.schema.money import budget
from tests.integration.together import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.ledger.ledger import SqlLedger


def count(ledger: SqlLedger, times: int) -> None:
    """In transactions of their own."""
    for _ in range(times):
        with ledger.begin() as tx:
            tx.refusals.add({"ghl": 2, "clay": 1})


def test_refusals_of_many_processes_add_up(open_ledger: Callable[..., SqlLedger]) -> None:
    """From the first one on, and only those: other facts are none."""
    ledgers = [open_ledger(f"worker-{number}") for number in range(4)]
    ledgers[0].facts.put("callsXrefusedXgone", "7")
    in_threads(count, [(ledger, 5) for ledger in ledgers])
    with ledgers[0].read() as tx:
        assert tx.refusals.totals() == {"ghl": 40, "clay": 20}


def test_what_was_spent_is_the_sum_of_the_months(ledger: SqlLedger) -> None:
    """Days, batches and sources are within them; what is reserved is not spent."""
    rows = [
        row_of(scope, Cost(7.0), Cost(credits_, 1.0))
        for scope, credits_ in (("month:2026-01", 10.5), ("month:2026-02", 4.0), ("day:2026-02-01", 4.0))
    ]
    with ledger.begin() as tx:
        tx.session.add(budget, rows)
        assert tx.figures.spent() == (14.5, 2.0)


def test_a_new_ledger_has_nothing_to_tell(ledger: SqlLedger) -> None:
    """Each question has an answer all the same."""
    with ledger.read() as tx:
        figures = tx.figures.all()
    assert figures.pop("oldest") == dict.fromkeys(Step, 0.0)
    assert figures.pop("spent") == (FREE.credits, FREE.actions)
    told = {"intakes", "dead_letters", "providers", "refused", "learned", "alerts", "withheld"}
    assert set(figures) == told
    assert not any(figures.values())


def test_arrivals_are_counted_by_door(ledger: SqlLedger) -> None:
    with ledger.begin() as tx:
        tx.count_intake("api", 3, 1, 0)
        tx.count_intake("api", 2, 0, 5)
        tx.count_intake("cli", 1, 0, 0)
        found = tx.figures.intakes()
    assert [found["api", name] for name in ("accepted", "duplicates", "rejected")] == [5, 1, 5]
    assert found["cli", "accepted"] == 1
