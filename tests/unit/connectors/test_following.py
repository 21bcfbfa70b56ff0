"""Changes are followed without a gap, however late some of them are seen."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from alpha_swarm.connectors.following import OVERLAP, Place
from alpha_swarm.errors import GiveUpError

START = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
PAGE = 5


class Crm:
    """Records that are seen some time after they were changed, in pages by moment and id."""

    def __init__(self, seed: int) -> None:
        draw = random.Random(seed)
        moments = [START + timedelta(seconds=draw.randrange(3600)) for _ in range(300)]
        #: Record → its moment, and when it can be seen.
        self.records = {
            f"r{number:03}": (at, at + OVERLAP * draw.random() * 0.99) for number, at in enumerate(moments)
        }

    def page(self, place: Place, now: datetime) -> list[tuple[datetime, str]]:
        """From there on."""
        seen = sorted((at, key) for key, (at, seen_at) in self.records.items() if seen_at <= now)
        return [one for one in seen if one[0] >= place.at and one > (place.at, place.last)][:PAGE]


def follow(crm: Crm, cursor: str, now: datetime) -> tuple[set[str], str]:
    """One round."""
    found: set[str] = set()
    while True:
        place = Place.read(cursor, now)
        rows = crm.page(place, now)
        end = Place(*rows[-1]) if rows else None
        page = place.page({}, end, full=len(rows) == PAGE, now=now)
        found |= {key for _, key in rows}
        cursor = page.cursor
        if not page.more:
            return found, cursor


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_missed_that_is_seen_within_the_overlap(seed: int) -> None:
    """Rounds at odd times, over an hour of changes."""
    crm, draw = Crm(seed), random.Random(seed + 1)
    now, cursor, found = START, Place(START).write(), set[str]()
    while now < START + timedelta(hours=2):
        seen, cursor = follow(crm, cursor, now)
        found |= seen
        now += timedelta(seconds=draw.randrange(1, 600))
    assert found == crm.records.keys()
    assert follow(crm, cursor, now) == (set(), cursor), "and then it is quiet"


def test_it_never_goes_past_what_it_has_seen() -> None:
    """Whatever our own clock says: the CRM's may be an hour behind."""
    place = Place(START)
    page = place.page(
        {}, Place(START + timedelta(seconds=1), "r1"), full=False, now=START + timedelta(hours=1)
    )
    assert page.cursor == "2026-01-15T10:00:01Z r1"
    assert place.page({}, None, full=False, now=START + timedelta(hours=1)).cursor == place.write()


@pytest.mark.parametrize("end", [Place(START, "r1"), Place(START), Place(START - timedelta(days=1), "r2")])
def test_a_full_page_that_ends_where_it_began_or_before_says_that_it_led_nowhere(end: Place) -> None:
    """There is more, and with this cursor it cannot be had: as where a search takes no order or no place."""
    place = Place(START, "r1")
    page = place.page({}, end, full=True, now=START + timedelta(hours=1))
    assert (page.cursor, page.more) == (place.write(), True)
    assert not place.page({}, end, full=False, now=START + timedelta(hours=1)).more


def test_a_cursor_is_read_as_it_was_written() -> None:
    """With an end that has blanks of its own, and without one; nothing else is a cursor."""
    for place in (Place(START), Place(START + timedelta(milliseconds=1), "[1, 2]")):
        assert Place.read(place.write(), START) == place
    assert Place.read(None, START) == Place(START)
    with pytest.raises(GiveUpError):
        Place.read("", START)
