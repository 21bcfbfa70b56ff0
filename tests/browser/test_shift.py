"""A shift at the console of a running installation, in a real browser."""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from alpha_swarm.cli.leads_add import add_file
from alpha_swarm.clock import SystemClock
from alpha_swarm.domain.states import Priority
from alpha_swarm.sandbox.people import messy_csv
from alpha_swarm.supervision.stage import Stage, set_up
from tests.browser.chromium import DESKTOP, PHONE, Window, chromium, needs_chromium, window
from tests.integration.waiting import wait_until
from tests.integration.world import LIMITS_OFF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

USER, PASSWORD = "operator", "a long password"
VARIABLES = {
    **LIMITS_OFF,
    "CONSOLE_USER": USER,
    "CONSOLE_PASSWORD": PASSWORD,
    "SYNC_TARGETS": "ghl,instantly,hubspot",
    "CLAY_POLL_AFTER": "2",
    "FLUSH_INTERVAL": "2",
    "CLAY_CREDITS_PER_DAY": "2000",
    "CLAY_CREDITS_PER_MONTH": "40000",
}
LEADS = 150
#: Names a folder where the pictures of the README are to be drawn anew.
IMAGES = "README_IMAGES"


@contextmanager
def installation() -> Iterator[Stage]:
    """Everything is up, and nothing has come in."""
    with set_up("console", sandbox=("--no-limits",), environ=VARIABLES) as stage, stage.program():
        wait_until(lambda: answers(stage))
        yield stage


def bring_leads(stage: Stage) -> None:
    """A list as people have them."""
    path = stage.home / "leads.csv"
    path.write_text(messy_csv(7, LEADS, SystemClock().now()), encoding="utf-8", newline="")
    add_file(str(path), None, Priority.NORMAL, stage.settings)


def answers(stage: Stage) -> bool:
    """Whether the HTTP door takes connections."""
    try:
        socket.create_connection(("127.0.0.1", stage.settings.api.port), timeout=1).close()
    except OSError:
        return False
    return True


def watch(shift: Window, stage: Stage) -> None:
    """The figures move by themselves until all leads have arrived."""
    moved = shift.page.evaluate("window.still = true")
    bring_leads(stage)
    settled = shift.page.get_by_text("Nothing is on its way.")
    expect(shift.page.get_by_text("on their way. ")).to_be_visible()
    expect(settled).to_be_visible(timeout=60_000)
    assert shift.page.evaluate("window.still") == moved, "the page was not loaded anew"


def pause_and_resume(shift: Window) -> None:
    """The card of a target says what was done."""
    page = shift.page
    page.get_by_role("link", name="Targets", exact=True).click()
    card = page.get_by_role("region", name="HubSpot")
    card.get_by_label("Leave alone for").select_option("15 minutes")
    card.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("status").filter(has_text="HubSpot is left alone")).to_be_visible()
    expect(card.get_by_text("Paused by hand.")).to_be_visible()
    card.get_by_role("button", name="Resume").click()
    expect(card.get_by_text("Open for calls")).to_be_visible()


def look_at_workers(shift: Window) -> None:
    """Each queue has one, who showed itself a moment ago."""
    shift.page.get_by_role("link", name="Workers", exact=True).click()
    for queue in ("ingest", "enrich", "sync-hubspot", "dlq"):
        expect(shift.page.get_by_role("region", name=queue).get_by_text("seen")).to_be_visible()
    expect(shift.page.get_by_text("Nobody works here")).to_have_count(0)


def find_and_read(shift: Window) -> None:
    """By its address at LinkedIn; the story begins at the door and ends with this look."""
    page = shift.page
    page.get_by_role("link", name="Leads", exact=True).click()
    page.locator("a.id").first.click()
    page.wait_for_url("**/console/leads/*")
    lead, address = page.url, page.get_by_text("https://www.linkedin.com/in/").first.inner_text()
    page.get_by_role("link", name="Leads", exact=True).click()
    page.get_by_label("Find a lead").fill(address)
    page.get_by_role("button", name="Find").click()
    page.wait_for_url(lead)
    story = page.get_by_role("region", name="Story").locator(".what").all_inner_texts()
    assert story.index("Submitted") < story.index("Scored") < story.index("Looked at")


@needs_chromium
@pytest.mark.acceptance
def test_a_shift_at_the_console() -> None:
    """Sign in, watch a run, pause and resume a target, find a lead and read its story, sign out."""
    with installation() as stage, chromium() as browser:
        address = stage.environ["BASE_URL"]
        with window(browser, address) as shift:
            shift.sign_in(USER, PASSWORD)
            watch(shift, stage)
            pause_and_resume(shift)
            look_at_workers(shift)
            find_and_read(shift)
            if folder := os.environ.get(IMAGES):
                draw(browser, shift, Path(folder))
            shift.page.get_by_role("button", name="Sign out").click()
            expect(shift.page.get_by_role("heading", name="Sign in")).to_be_visible()
            assert shift.complaints == []


def draw(browser: Browser, shift: Window, folder: Path) -> None:
    """The pictures of the README: some pages as they look on a desk and on a phone."""
    lead = shift.page.url.removeprefix(shift.url)
    pictures: list[tuple[str, str, Literal["light", "dark"], tuple[int, int]]] = [
        ("flow", "/console/", "light", DESKTOP),
        ("flow-dark", "/console/", "dark", DESKTOP),
        ("flow-phone", "/console/", "light", PHONE),
        ("targets", "/console/targets", "light", DESKTOP),
        ("money", "/console/money", "light", DESKTOP),
        ("lead", lead, "light", DESKTOP),
        ("lead-phone", lead, "dark", PHONE),
    ]
    for name, path, scheme, size in pictures:
        with window(browser, shift.url, scheme=scheme, size=size) as other:
            other.sign_in(USER, PASSWORD)
            other.open(path)
            other.page.screenshot(path=folder / f"console-{name}.png")
