"""Half of all callbacks are lost: every lead ends, and a late callback resolves its dead letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from alpha_swarm.domain.states import RESTING
from tests.integration.transports.places import place
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.transports.places import Place

_LEADS = 40
_SOFT, _HARD = 900.0, 86_400.0


class Losing:
    """An installation whose other side loses half of its callbacks."""

    def __init__(self, one: Place, dedupe: str) -> None:
        self.world = one.world
        for table in ("table-1", "table-2"):
            self.order("tables", name=table, dedupe=dedupe)
        self.order("column", lost=0.5)

    def order(self, path: str, **body: object) -> None:
        """Change the other side."""
        with requests.Session() as session:
            session.post(f"{self.world.url}/_sandbox/{path}", json=body, timeout=60).raise_for_status()

    def hear(self, runs: int) -> None:
        """Work until each run of the other side was called back or lost, so many at least."""
        wait_until(lambda: self._said(runs))
        self.world.work()

    def missed(self) -> list[str]:
        """Leads that are still awaited."""
        return [key for key, lead in self.world.leads().items() if lead.state not in RESTING]

    def timed_out(self) -> set[str]:
        """Leads with an open dead letter for want of a callback."""
        return {
            key
            for key in self.world.leads()
            if any(death["cause"] == "callback_timeout" for death in self.world.deaths(key))
        }

    def _said(self, runs: int) -> bool:
        self.world.work()
        books = self.world.sandbox_ledger()["clay"]["sources"]
        calls = books["callbacks"]
        return bool(books["runs"] >= runs and calls["delivered"] + calls["lost"] >= books["runs"])


@pytest.fixture(params=["dedupe_key", "off"])
def losing(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[Losing]:
    """With tables that delete a row which is sent again, so that only its deadline is left, and without."""
    with place("webhook", tmp_path, database_url) as one:
        yield Losing(one, request.param)


def test_every_lead_ends_and_a_late_callback_resolves_its_dead_letter(
    losing: Losing, request: pytest.FixtureRequest
) -> None:
    lead_ids = losing.world.people(_LEADS)
    losing.hear(_LEADS)
    missed = losing.missed()
    assert 5 < len(missed) < _LEADS
    losing.world.let_time_pass(_SOFT + 1)
    losing.hear(_LEADS + (len(missed) if "off" in request.node.name else 0))
    losing.world.let_time_pass(_HARD)
    losing.world.work()
    assert losing.missed() == []
    assert all("callback_missed" in losing.world.story(key) for key in missed)
    assert all(losing.world.story(key).count("submitted") <= 2 for key in lead_ids)
    assert losing.timed_out()
    losing.order("column", lost=0.0)
    losing.order("rerun")
    wait_until(lambda: losing.world.work() and not losing.timed_out())
    status = losing.world.app.status()
    assert status["balanced"]
    assert status["settled"]
