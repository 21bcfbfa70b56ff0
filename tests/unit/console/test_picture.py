"""The picture of a lead's way."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.console.picture import ASIDE, MAIN, Painter
from alpha_swarm.domain.states import CLOSED, State, Target

if TYPE_CHECKING:
    from alpha_swarm.console.picture import Box, Picture

CRMS = [[], ["ghl"], list(Target)]


def painter(crms: list[str], **leads: int) -> Painter:
    """With so many leads in these states, and as many seconds of waiting in each step."""
    flow = [{"step": step, "waiting": 3, "oldest_seconds": 3.0} for step in ("ingest", "sync-ghl")]
    status = {
        "leads": {state.value: leads.get(state.value, 0) for state in State},
        "breakers": {"clay": "closed", **dict.fromkeys(crms, "open")},
    }
    return Painter(status, flow)


def pictures(crms: list[str]) -> list[Picture]:
    """For a wide screen and for a phone, with long figures."""
    drawn = painter(crms, **dict.fromkeys(map(str, State), 1_000_000))
    return [drawn.wide(), drawn.tall()]


def apart(one: Box, other: Box) -> bool:
    """Whether neither covers the other."""
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    return beside or one.y + one.height <= other.y or other.y + other.height <= one.y


@pytest.mark.parametrize("crms", CRMS, ids=len)
def test_no_box_covers_another_and_all_are_within_the_picture(crms: list[str]) -> None:
    for picture in pictures(crms):
        for box in picture.boxes:
            assert box.x + box.width <= picture.width
            assert box.y + box.height <= picture.height
            assert all(box.y < row.y < box.y + box.height for row in box.rows)
        assert all(apart(one, other) for one, other in itertools.combinations(picture.boxes, 2))


def test_every_state_that_leads_can_be_in_has_a_box_unless_a_person_said_no() -> None:
    assert {*MAIN, *ASIDE} == {state.value for state in State} - set(CLOSED)
    for picture in pictures(["ghl"]):
        assert len(picture.boxes) == len(MAIN) + len(ASIDE)


def boxes(**leads: int) -> dict[str, Any]:
    """Title → box of the wide picture."""
    return {box.title: box for box in painter(["ghl"], **leads).wide().boxes}


def test_a_box_shows_its_leads_and_what_waits_longest() -> None:
    shown = boxes(received=12_345, dead=1)
    assert (shown["Received"].leads, shown["Received"].note) == ("12,345", "oldest 3 s")
    assert (shown["Received"].tone, shown["Dead letters"].tone, shown["Synced"].tone) == (
        "moving",
        "bad",
        "empty",
    )
    (row,) = shown["Syncing"].rows
    assert (row.name, row.waiting, row.open) == ("GoHighLevel", "3", False)


def test_only_where_leads_are_a_line_moves() -> None:
    lines = painter([], enriching=5).wide().lines
    assert [line.moving for line in lines if not line.aside] == [False, False, True, False, False]
