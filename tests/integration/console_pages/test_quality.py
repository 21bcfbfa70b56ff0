"""Quality on the console, and somebody's word on drawn values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.leads.enrichment import Values
from tests.integration.api_door import Door, open_door
from tests.integration.console_pages.browsing import VARIABLES, Browser, bring
from tests.integration.ledger.results import enrich, result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE, SAMPLE = "/console/quality", "/console/quality/sample"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """An installation with two leads of whom an address was found."""
    with open_door(tmp_path, **VARIABLES) as door:
        found = Values(email_work="mara@works.example")
        enrich(door.app.ledger, {bring(door, slug=slug): result(found) for slug in ("one", "other")})
        yield door


def accuracy(door: Door) -> tuple[int, int, int]:
    """Values that are right and wrong, and those that wait for a mark."""
    found = door.app.report()["quality"]["accuracy"]
    return found["right"], found["wrong"], found["waiting"]


def judge(browser: Browser, mark: str) -> str:
    """Say so of the value that is shown; the page that follows."""
    (where,) = re.findall(rf'action="({SAMPLE}/[^"]+)"', browser.get(SAMPLE).text)
    return browser.post(where, SAMPLE, mark=mark).text


def test_drawn_values_are_judged_one_after_the_other(door: Door, browser: Browser) -> None:
    page = browser.post(SAMPLE, PAGE).text
    assert "mara@works.example" in page
    assert accuracy(door) == (0, 0, 2)
    assert "mara@works.example" in judge(browser, "right")
    assert "No drawn value waits for a mark." in judge(browser, "wrong")
    assert accuracy(door) == (1, 1, 0)


def test_a_look_at_a_value_stands_in_the_story_of_the_lead(browser: Browser) -> None:
    page = browser.post(SAMPLE, PAGE).text
    (lead_id,) = re.findall(r'href="/console/leads/(\w+)"', page)
    story = browser.get(f"/console/leads/{lead_id}").text
    assert story.count("Looked at") == 2


def test_only_a_mark_on_a_drawn_value_is_taken(door: Door, browser: Browser) -> None:
    browser.post(SAMPLE, PAGE)
    assert browser.post(f"{SAMPLE}/nobody", SAMPLE, mark="right").status_code == 404
    (where,) = re.findall(rf'action="({SAMPLE}/[^"]+)"', browser.get(SAMPLE).text)
    assert browser.post(where, SAMPLE, mark="splendid").status_code == 400
    assert accuracy(door) == (0, 0, 2)


def test_the_page_says_how_complete_and_how_old_the_values_are(browser: Browser) -> None:
    page = browser.await_text(PAGE, "Completeness")
    assert "33.3 % of e-mail, company domain, company size" in page
    assert '<th scope="row">Under 48 hours</th><td class="figure-cell">2</td>' in page
    assert page.count("As a table") == page.count('class="chart"')
