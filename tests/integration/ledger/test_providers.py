"""What providers did is counted by the hour, by the database's clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from alpha_swarm.domain.providers.uses import Part
from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.schema.providers import provider_uses
from alpha_swarm.ledger.schema.tables import work
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import people
from tests.integration.together import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.ledger.ledger import SqlLedger


def book(ledger: SqlLedger, times: int) -> None:
    """In transactions of their own."""
    for _ in range(times):
        with ledger.begin() as tx:
            tx.providers.book(
                {"apollo": Part(uses=2, hits=1, credits=1.5), "hunter": Part(uses=1, dropped=1)}
            )


def booked(ledger: SqlLedger) -> dict[str, int]:
    """In all hours that are kept: one may end in the middle of a test."""
    with ledger.read() as tx:
        rows = tx.session.rows(select(provider_uses))
    return {
        name: sum(row.uses for row in rows if row.provider == name) for name in {row.provider for row in rows}
    }


def test_bookings_of_many_workers_add_up(open_ledger: Callable[..., SqlLedger]) -> None:
    ledgers = [open_ledger(f"worker-{number}") for number in range(4)]
    in_threads(book, [(ledger, 10) for ledger in ledgers])
    assert booked(ledgers[0]) == {"apollo": 80, "hunter": 40}


def test_what_a_provider_missed_is_booked_beside_its_uses(ledger: SqlLedger) -> None:
    book(ledger, 1)
    with ledger.begin() as tx:
        tx.providers.book_missed({"apollo": 1})
        assert tx.providers.this_hour() == {"apollo": (2, 1), "hunter": (1, 0)}


@pytest.mark.parametrize(("minutes", "room"), [(59, 9), (61, 10)])
def test_room_is_kept_for_an_hour_for_whoever_was_begun(ledger: SqlLedger, minutes: int, room: int) -> None:
    """Begun in the last minutes of an hour, they need what the next one has."""
    people(ledger, 1)
    with ledger.begin() as tx:
        tx.session.run(update(work).values(step=Step.COLLECT.value, since=tx.session.now))
    let_time_pass(ledger.engine, minutes * 60.0)
    with ledger.read() as tx:
        assert tx.providers.room({"apollo": 10}) == room


def test_what_is_thirteen_months_old_is_summed_up(ledger: SqlLedger) -> None:
    """In one row a provider, so that a count over all hours never falls."""
    for days in (350, 100, 450):
        book(ledger, 1)
        with ledger.begin() as tx:
            tx.session.run(update(provider_uses).values(hour=provider_uses.c.hour - days * 24))
        with ledger.begin() as tx:
            tx.tidy()
    with ledger.read() as tx:
        assert tx.providers.totals() == {"apollo": (6, 0), "hunter": (3, 0)}
        assert tx.providers.this_hour() == {}
        assert len(tx.session.rows(select(provider_uses))) == 2
