"""A CRM that hangs takes nothing from another one: measured against the same run with that CRM paused."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.cli.benchmark.load import take_in
from alpha_swarm.cli.benchmark.variables import LIMITLESS_SANDBOX, UNLIMITED
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.ledger.crm_tables import syncs
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.app import App
    from alpha_swarm.supervision.stage import Stage

LEADS = 4000
HANG_SECONDS = 60.0
_LONGEST_SECONDS = 120.0


def hang(stage: Stage, _app: App) -> None:
    """Every upsert hangs for a minute."""
    stage.fault(service="ghl", operation="upsertContact", fault="hang", seconds=HANG_SECONDS)


def pause(_stage: Stage, app: App) -> None:
    """No upsert is even begun."""
    app.pause("ghl", 2 * _LONGEST_SECONDS)


def leads_a_second(make_sick: Callable[[Stage, App], None]) -> float:
    """Of those that Instantly gets, from the start to the last of them."""
    environ = {
        **UNLIMITED,
        "SYNC_TARGETS": "ghl,instantly",
        "INSTANTLY_LIMIT": "off",
        "INSTANTLY_IN_FLIGHT": "off",
    }
    with (
        set_up("sick", sandbox=LIMITLESS_SANDBOX, environ=environ) as stage,
        opened_app(stage.settings) as app,
    ):
        take_in(stage, LEADS)
        make_sick(stage, app)
        with stage.program():
            end, moments = time.monotonic() + _LONGEST_SECONDS, {0: time.monotonic()}
            while not is_through(app) and time.monotonic() < end:
                moments.setdefault(written(app), time.monotonic())
                time.sleep(0.1)
            moments.setdefault(written(app), time.monotonic())
            assert is_through(app), stage.log_tail()
    return max(moments) / (moments[max(moments)] - moments[0])


def is_through(app: App) -> bool:
    """Whether all results are in, and Instantly has whoever goes there."""
    with app.ledger.read() as tx:
        states = tx.views.counts().states
        open_there = tx.session.rows(
            syncs.select().where(syncs.c.target == "instantly", syncs.c.state == "open").limit(1)
        )
    return not (states["received"] or states["submitted"] or states["enriching"] or open_there)


def written(app: App) -> int:
    """Leads that Instantly has."""
    with app.ledger.read() as tx:
        done = syncs.select().where(syncs.c.target == "instantly", syncs.c.state == "done")
        return len(tx.session.rows(done))


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_crm_that_hangs_costs_another_less_than_a_fifth() -> None:
    """In turn, so that what else the machine does falls on both."""
    paused, hanging = leads_a_second(pause), leads_a_second(hang)
    paused, hanging = max(paused, leads_a_second(pause)), max(hanging, leads_a_second(hang))
    sys.stderr.write(f"Instantly, leads a second: {paused:.1f} with GHL paused, {hanging:.1f} hanging\n")
    assert hanging > 0.8 * paused
