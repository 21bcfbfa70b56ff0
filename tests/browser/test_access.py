"""The console for everybody: contrast, names and landmarks by axe, small screens, and the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from alpha_swarm.domain.leads.enrichment import Values
from tests.browser.chromium import DESKTOP, SMALL_PHONE, Window, chromium, needs_chromium, window
from tests.integration.api_door import Door, open_door
from tests.integration.console_pages.browsing import PAGES, PASSWORD, USER, VARIABLES, bring, give_up
from tests.integration.ledger.results import enrich, result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

#: What axe calls so bars somebody from the page, or nearly.
GRAVE = {"serious", "critical"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests of this file."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """An installation in which there is something of each kind to be seen; Redis is not there."""
    with open_door(tmp_path, **VARIABLES, CLAY_CREDITS_PER_DAY="100") as door:
        ledger, found = door.app.ledger, Values(email_work="ada@works.example", company_size=50)
        give_up(door, bring(door, slug="given-up"))
        enrich(ledger, {bring(door, slug=f"enriched-{number}"): result(found) for number in range(3)})
        door.app.samples.draw(3)
        door.app.samples.mark(door.app.samples.waiting("test")[0]["id"], "right")
        door.app.pause("ghl", 600)
        yield door


def faults(shown: Window, scheme: str) -> list[str]:
    """What axe finds grave, with where it is; between light and dark nothing differs but the colours."""
    rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
    found = Axe().run(shown.page, options=rules).response
    assert found["passes"], "axe looked at nothing"
    return [
        f"{one['id']}: {node['html']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def all_pages(door: Door) -> list[str]:
    """Every page there is for whoever is signed in, the one of a lead and an error among them."""
    return [*PAGES, f"/console/leads/{bring(door)}", "/console/nowhere"]


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(browser: Browser, door: Door, scheme: Literal["light", "dark"]) -> None:
    with window(browser, door.url, scheme=scheme) as shown:
        shown.open("/console/sign-in")
        assert faults(shown, scheme) == []
        shown.sign_in(USER, PASSWORD)
        for path in all_pages(door):
            shown.open(path)
            assert faults(shown, scheme) == [], path
        shown.open("/console/dead-letters")
        shown.page.get_by_role("button", name="Plan a replay of all").click()
        expect(shown.page.get_by_role("heading", name="Plan of a replay")).to_be_visible()
        assert faults(shown, scheme) == []


@needs_chromium
def test_nothing_is_wider_than_a_small_phone(browser: Browser, door: Door) -> None:
    with window(browser, door.url, size=SMALL_PHONE) as shown:
        shown.sign_in(USER, PASSWORD)
        for path in all_pages(door):
            shown.open(path)
            assert shown.page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE[0], path


@needs_chromium
def test_a_keyboard_is_enough(browser: Browser, door: Door) -> None:
    """The first stop skips the menu; a target is paused without a mouse."""
    with window(browser, door.url, size=DESKTOP) as shown:
        shown.sign_in(USER, PASSWORD)
        shown.open("/console/targets")
        press = shown.page.keyboard.press
        press("Tab")
        expect(shown.page.get_by_role("link", name="Skip to the content")).to_be_focused()
        press("Enter")
        expect(shown.page.locator("main")).to_be_focused()
        press("Tab")
        expect(shown.page.get_by_label("Pause for").first).to_be_focused()
        press("Tab")
        press("Enter")
        expect(shown.page.get_by_text("Clay is left alone")).to_be_visible()
        assert shown.complaints == []
