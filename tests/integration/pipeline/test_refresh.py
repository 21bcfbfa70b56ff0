"""Old results are renewed on demand, as a new generation that is paid for again, and nothing else is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from alpha_swarm.domain.states import State
from alpha_swarm.ledger.schema.tables import leads
from alpha_swarm.pipeline.refresh import RENEWABLE
from tests.integration.pipeline import books

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World

_ALL = dict.fromkeys(RENEWABLE, 0.0)
_TEN_YEARS = 10 * 365 * 86_400.0


def charged(world: World) -> list[int]:
    """How often each row was paid for."""
    return [row["enrich_count"] for row in world.sandbox_ledger()["clay"]["row_list"]]


def spent(world: World) -> float:
    """Credits, as our books say."""
    return float(world.app.status()["credits"]["month"]["spent"])


def test_a_renewed_lead_goes_the_whole_way_again_on_its_own_row(world: World) -> None:
    """Every lead with a result: one row, two charges, and the books equal the bill."""
    world.people(12)
    world.settle()
    with_result = sum(lead.state in RENEWABLE for lead in world.leads().values())
    assert world.app.refresh.count(_ALL) == with_result
    assert world.app.refresh.run(_ALL) == with_result
    world.settle()
    clay = world.sandbox_ledger()["clay"]
    assert clay["rows"] == 12
    assert sum(charged(world)) == 12 + with_result
    assert spent(world) == pytest.approx(clay["credits"])
    assert world.app.budget()["cost"]["results"] == sum(charged(world))
    leads = world.leads().values()
    assert {lead.generation for lead in leads if lead.state in RENEWABLE} == {2}
    assert world.sandbox_ledger()["ghl"]["duplicate_emails"] == 0


def test_young_results_and_other_states_are_passed_over(world: World) -> None:
    world.people(5)
    world.settle()
    assert world.app.refresh.count(dict.fromkeys(RENEWABLE, 3600.0)) == 0
    assert world.app.refresh.count({State.DEAD: 0.0, State.HELD: 0.0}) <= sum(charged(world))
    assert world.app.refresh.run(dict.fromkeys(RENEWABLE, 3600.0)) == 0
    assert set(charged(world)) == {1}


def test_a_start_that_never_arrived_is_not_taken_for_the_result_before(world: World) -> None:
    """The row still shows what came of the first run; a look-up must not believe that it is of the second."""
    world.people(3)
    world.settle()
    renewed = world.app.refresh.run(_ALL)
    world.fault(service="clay", operation="enrichRows", fault="reset", when="before", times=1)
    world.settle()
    assert sum(charged(world)) == 3 + renewed
    assert spent(world) == pytest.approx(world.sandbox_ledger()["clay"]["credits"])


def test_a_late_webhook_of_the_run_before_changes_nothing(world: World) -> None:
    world.people(3)
    world.settle()
    letters = [world.webhook(row) for row in world.rows()]
    world.app.refresh.run(_ALL)
    world.app.receive_webhook(letters)
    world.app.read_inbox()
    assert {lead.state for lead in world.leads().values()} & {State.SUBMITTED}
    world.settle()
    assert spent(world) == pytest.approx(world.sandbox_ledger()["clay"]["credits"])


def test_a_renewal_waits_for_money_like_anybody(install: Callable[..., World]) -> None:
    world = install()
    world.people(4)
    world.settle()
    books.check(world)
    world.close()
    short = install(CLAY_CREDITS_PER_BATCH="16")
    renewed = short.app.refresh.run(_ALL)
    status = short.settle()
    assert status["leads"]["held"] == renewed - 1
    assert status["reasons"][-1].startswith(f"{renewed - 1} leads are held: the cap on credits of the batch")


def test_old_results_are_renewed_by_themselves_by_tier_and_a_few_at_a_time(
    install: Callable[..., World],
) -> None:
    """Where nobody asked for it nothing is."""
    world = install()
    world.people(12)
    world.settle()
    world.app.run_schedule("refresh")
    assert set(charged(world)) == {1}
    synced = Counter(
        lead.score.tier for lead in world.leads().values() if lead.state is State.SYNCED and lead.score
    )
    tier, number = synced.most_common(1)[0]
    assert number > 1
    # All results are a moment old, and so older than nothing.
    assert world.app.refresh.some({tier: 0.0}, 1) == 1
    assert world.app.refresh.some({tier: 0.0}, 100) == number - 1
    assert world.app.refresh.some({tier: 86_400.0}, 100) == 0
    world.settle()
    assert sorted(set(charged(world))) == [1, 2]


def test_renewals_by_themselves_stay_within_what_the_caps_leave(install: Callable[..., World]) -> None:
    """A tenth of it, so that new leads find room."""
    world = install()
    world.people(6)
    world.settle()
    with world.app.ledger.begin() as tx:
        tx.session.run(update(leads).values(enriched_at=leads.c.enriched_at - _TEN_YEARS))
    spent_so_far = spent(world)
    short = install(
        CLAY_REFRESH_DAYS="1:30,2:30,3:30",
        CLAY_CREDITS_PER_MONTH=str(spent_so_far + 20),
        CLAY_CREDITS_PER_LEAD="16",
    )
    short.app.run_schedule("refresh")
    assert set(charged(short)) == {1}
    assert {lead.generation for lead in short.leads().values()} == {1}
    ample = install(CLAY_REFRESH_DAYS="1:30,2:30,3:30", CLAY_REFRESH_A_DAY="48")
    ample.app.run_schedule("refresh")
    assert sum(lead.generation == 2 for lead in ample.leads().values()) == 2
