"""Dead letters on the console: groups, a plan, its replay, and letters that are closed with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.letters.dead_letters import Selection
from tests.integration.api_door import Door, open_door
from tests.integration.console_pages.browsing import VARIABLES, Browser, bring, give_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = "/console/dead-letters"
GROUP = {"cause": "refused", "kind": "permanent", "step": "enrich"}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """An installation in which a lead was given up."""
    with open_door(tmp_path, **VARIABLES) as door:
        give_up(door, bring(door), GROUP["cause"], GROUP["kind"])
        yield door


def test_groups_say_what_is_needed(browser: Browser) -> None:
    page = browser.get(PAGE).text
    assert "Start enrichment" in page
    assert "Needed: see the letter" in page


def test_what_is_planned_is_begun_once(door: Door, browser: Browser) -> None:
    plan = browser.post(f"{PAGE}/plan", PAGE, **GROUP).text
    assert "Apply: replay 1" in plan
    assert door.app.dead_letters.replays() == [], "a plan does nothing"
    found = door.app.dead_letters.plan(Selection())["hash"]
    assert browser.post(f"{PAGE}/apply", PAGE, hash=found).url.endswith(PAGE)
    assert [one["planned"] for one in door.app.dead_letters.replays()] == [1]
    assert "Nothing was begun: the plan was applied" in browser.post(f"{PAGE}/apply", PAGE, hash=found).text


def test_a_replay_is_stopped(door: Door, browser: Browser) -> None:
    begun = door.app.dead_letters.apply(door.app.dead_letters.plan(Selection())["hash"])
    assert "Stopped" in browser.post(f"{PAGE}/replays/{begun['replay_id']}/stop", PAGE).text


def test_letters_are_closed_with_a_reason_and_never_all_by_mistake(door: Door, browser: Browser) -> None:
    for fields in (
        {"reason": "old"},
        {**GROUP, "reason": " "},
        {**GROUP, "kind": "nonsense", "reason": "old"},
    ):
        assert browser.post(f"{PAGE}/discard", PAGE, **fields).status_code == 400
    assert "1 letter is closed" in browser.post(f"{PAGE}/discard", PAGE, **GROUP, reason="old").text
    assert door.app.dead_letters.groups() == []
