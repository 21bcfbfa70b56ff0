"""A shift at the console of a running installation, in a real browser."""

from __future__ import annotations

import json
import os
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from alpha_swarm.cli.leads.adding import add_file
from alpha_swarm.clock import SystemClock
from alpha_swarm.domain.states import Priority
from alpha_swarm.sandbox.people import messy_csv
from alpha_swarm.supervision.stage import Stage, set_up
from tests.browser.chromium import DESKTOP, PHONE, Window, chromium, needs_chromium, window
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


USER, PASSWORD = "operator", "a long password"
VARIABLES = {
    "CONSOLE_USER": USER,
    "CONSOLE_PASSWORD": PASSWORD,
    "SYNC_TARGETS": "ghl,instantly,hubspot",
    "GHL_LIMIT": "1000/10",
    "CLAY_POLL_AFTER": "8",
    "FLUSH_INTERVAL": "2",
    "CLAY_CREDITS_PER_DAY": "20000",
    "CLAY_CREDITS_PER_MONTH": "200000",
}
#: As many as make a run that is to be seen, and a picture that has something to show.
FEW, MANY = 60, 900
ADDRESS = "https://www.linkedin.com/in/mara-ellingsen"
SOURCE = {"source_type": "post_liker", "source_name": "Gong.io", "scraped_at": "2026-06-01T10:00:00Z"}
#: Names a folder where the pictures of the README are to be drawn anew.
IMAGES = "README_IMAGES"


@dataclass(frozen=True, slots=True)
class Album:
    """The pictures of the README, where a folder for them is named."""

    shift: Window
    folder: str | None

    @property
    def wanted(self) -> bool:
        """Whether they are drawn."""
        return self.folder is not None

    def draw(
        self, name: str, scheme: Literal["light", "dark"] = "light", size: tuple[int, int] = DESKTOP
    ) -> None:
        """The page as it stands, on such a screen."""
        if self.folder is None:
            return
        page = self.shift.page
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.screenshot(path=Path(self.folder) / f"console-{name}.png")
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})


@contextmanager
def installation() -> Iterator[Stage]:
    """Everything is up, and nothing has come in."""
    with set_up("console", sandbox=("--no-limits",), environ=VARIABLES) as stage, stage.program():
        wait_until(lambda: answers(stage), seconds=90)
        yield stage


def bring_leads(stage: Stage, number: int) -> None:
    """A list as people have them, and then somebody whom we know."""
    path = stage.home / "leads.csv"
    path.write_text(messy_csv(7, number, SystemClock().now()), encoding="utf-8", newline="")
    add_file(str(path), None, Priority.NORMAL, stage.settings)
    known = {"linkedin_url": ADDRESS, "first_name": "Mara", "last_name": "Ellingsen", **SOURCE}
    path = stage.home / "known.ndjson"
    path.write_text(json.dumps(known), encoding="utf-8")
    add_file(str(path), None, Priority.NORMAL, stage.settings)


def refuse_some(stage: Stage) -> None:
    """GoHighLevel will not have some of the records, at first."""
    for operation in ("upsertContact", "createContact"):
        stage.fault(service="ghl", operation=operation, fault="status", status=422, times=3)


def answers(stage: Stage) -> bool:
    """Whether the HTTP door takes connections."""
    try:
        socket.create_connection(("127.0.0.1", stage.settings.api.port), timeout=1).close()
    except OSError:
        return False
    return True


def watch(shift: Window, stage: Stage, album: Album) -> None:
    """The figures move by themselves until all leads have arrived."""
    shift.page.evaluate("window.still = true")
    bring_leads(stage, MANY if album.wanted else FEW)
    expect(shift.page.get_by_text("on their way.")).to_be_visible(timeout=20_000)
    if album.wanted:
        expect(shift.page.locator(".picture-wide .box-good")).to_be_visible(timeout=60_000)
        album.draw("flow")
        album.draw("flow-dark", scheme="dark")
        album.draw("flow-phone", size=PHONE)
    expect(shift.page.get_by_text("Nothing is on its way.")).to_be_visible(timeout=60_000)
    assert shift.page.evaluate("window.still"), "the page was not loaded anew"


def pause_and_resume(shift: Window, album: Album) -> None:
    """The card of a target says what was done."""
    page = shift.page
    page.get_by_role("link", name="Targets", exact=True).click()
    card = page.get_by_role("region", name="HubSpot")
    card.get_by_label("Pause for").select_option("15 minutes")
    card.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("status").filter(has_text="HubSpot is left alone")).to_be_visible()
    expect(card.get_by_text("Paused by hand.")).to_be_visible()
    album.draw("targets")
    card.get_by_role("button", name="Resume").click()
    expect(card.get_by_text("Open for calls")).to_be_visible()


def replay(shift: Window, stage: Stage, album: Album) -> None:
    """What GoHighLevel would not have is planned, applied and followed to its end."""
    page = shift.page
    stage.mend()
    page.get_by_role("link", name="Dead letters", exact=True).first.click()
    plan = page.get_by_role("heading", name="Plan of a replay")
    page.get_by_role("button", name="Plan a replay of all").click()
    expect(plan).to_be_visible()
    album.draw("plan")
    page.go_back()
    refused = page.get_by_role("region", name="Invalid input")
    refused.get_by_role("button", name="Plan a replay").click()
    expect(plan).to_be_visible()
    page.get_by_role("button", name="Apply").click()
    replays = page.get_by_role("region", name="Replays")
    expect(replays.get_by_text("Done")).to_be_visible(timeout=60_000)
    expect(refused).to_have_count(0)


def look_at_workers(shift: Window) -> None:
    """Each queue has one, who showed itself a moment ago."""
    shift.page.get_by_role("link", name="Workers", exact=True).click()
    for queue in ("ingest", "enrich", "sync-hubspot", "dlq"):
        expect(shift.page.get_by_role("region", name=queue).get_by_text("seen")).to_be_visible()
    expect(shift.page.get_by_text("Nobody works here")).to_have_count(0)


def look_at_money(shift: Window, album: Album) -> None:
    """The cap of the day and what is used of it."""
    shift.page.get_by_role("link", name="Money", exact=True).click()
    expect(shift.page.get_by_role("region", name="Credits today").get_by_text("of 20,000")).to_be_visible()
    album.draw("money")


def look_at_charts(shift: Window, album: Album) -> None:
    """How leads fare, and how good the data is."""
    for title in ("Charts", "Quality"):
        shift.page.get_by_role("link", name=title, exact=True).click()
        expect(shift.page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        album.draw(title.lower())


def find_and_read(shift: Window, album: Album) -> None:
    """By an address as people copy it; the story begins at the door and ends with this look."""
    page = shift.page
    page.get_by_role("link", name="Leads", exact=True).click()
    page.get_by_label("Find a lead").fill("linkedin.com/in/Mara-Ellingsen/")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="Mara Ellingsen")).to_be_visible()
    story = page.get_by_role("region", name="Story").locator(".what").all_inner_texts()
    assert story.index("Received") < story.index("Submitted") < story.index("Scored") < len(story) - 1
    assert story[-1] == "Looked at"
    album.draw("lead")


@needs_chromium
@pytest.mark.acceptance
def test_a_shift_at_the_console() -> None:
    """Sign in, watch a run, replay what died, pause and resume a target, read a lead's story, sign out."""
    with installation() as stage, chromium() as browser:
        address = stage.environ["BASE_URL"]
        with window(browser, address) as shift:
            album = Album(shift, os.environ.get(IMAGES))
            refuse_some(stage)
            shift.sign_in(USER, PASSWORD)
            watch(shift, stage, album)
            pause_and_resume(shift, album)
            replay(shift, stage, album)
            look_at_workers(shift)
            find_and_read(shift, album)
            look_at_money(shift, album)
            look_at_charts(shift, album)
            shift.page.get_by_role("button", name="Sign out").click()
            expect(shift.page.get_by_role("heading", name="Sign in")).to_be_visible()
            assert shift.complaints == []
