"""Alerts and schedules on the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.api_door import Door, open_door
from tests.integration.console_pages.browsing import VARIABLES, Browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = "/console/alerts"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A new installation."""
    with open_door(tmp_path, **VARIABLES) as door:
        yield door


def test_a_schedule_is_run_by_hand(door: Door, browser: Browser) -> None:
    assert "last never" in browser.get(PAGE).text
    assert "Reconciliation was run." in browser.post(f"{PAGE}/run/reconciliation", PAGE).text
    (ran,) = [one for one in door.app.schedules() if one["name"] == "reconciliation"]
    assert ran["last_run_at"] is not None
    assert browser.post(f"{PAGE}/run/nonsense", PAGE).status_code == 404


def test_without_trouble_nothing_stands(browser: Browser) -> None:
    assert "Nothing stands." in browser.get(PAGE).text
