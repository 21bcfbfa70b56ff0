"""The charts of the console: pictures that are tables, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.api_door import Door, open_door
from tests.integration.console_pages.browsing import VARIABLES, Browser, bring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """An installation with two leads."""
    with open_door(tmp_path, **VARIABLES) as door:
        bring(door, slug="one")
        bring(door, slug="other")
        yield door


def test_each_chart_is_a_table_too(door: Door, browser: Browser) -> None:
    page = browser.await_text("/console/charts", "Leads received, and results, by day")
    today = door.app.report()["throughput"]["by_day"][-1]["day"]
    assert f'<th scope="row">{today}</th><td class="figure-cell">2</td>' in page
    assert page.count("As a table") == page.count('class="chart"')


def test_their_colours_come_as_a_file(browser: Browser) -> None:
    answer = browser.get("/console/charts.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert "--chart-1" in answer.text
