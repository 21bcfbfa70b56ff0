"""A cursor that is of no use is put right, and people are told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from alpha_swarm.cli.checks.following import check_following
from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.moments import read_moment, write_moment
from alpha_swarm.errors import CredentialsRefusedError, GiveUpError
from alpha_swarm.ports.records_in import Changed, Page
from tests.integration.pipeline.test_crm_pull import emails, follow

if TYPE_CHECKING:
    import pytest

    from tests.integration.world import World

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
_PAGE = 2


class Dated:
    """Implements ``ports.records_in.ChangedRecords`` on a list by moment; its cursors may be lost."""

    def __init__(self, *minutes: int) -> None:
        self.changed = [(NOON + timedelta(minutes=at), f"p{number}") for number, at in enumerate(minutes)]
        self.asked: list[str | None] = []
        self.refused: set[str | None] = set()
        self.knows_places = True
        """Whether it can go on behind one of several records of one moment."""

    def changed_since(self, cursor: str | None) -> Page:
        """Two at a time."""
        self.asked.append(cursor)
        if cursor in self.refused:
            raise GiveUpError("no such place")
        if cursor is None:
            return Page(records={}, cursor=write_moment(NOON), more=False)
        text, _, last = cursor.partition(" ")
        since = read_moment(text)
        assert since is not None
        here = (since, last if self.knows_places else "")
        part = [one for one in self.changed if one[0] >= since and one > here][:_PAGE]
        records = {key: Changed(fields={"email": f"{key}@works.example"}, at=at) for at, key in part}
        if not part:
            return Page(records={}, cursor=cursor, more=False)
        end, key = part[-1]
        onward = f"{write_moment(end)} {key}" if self.knows_places else write_moment(end)
        return Page(records=records, cursor=onward, more=len(part) == _PAGE)


def reasons(world: World) -> str:
    """Why somebody should look after it."""
    return " ".join(world.app.status()["reasons"])


def doctor(world: World) -> list[tuple[str, str]]:
    """What it says of following changes."""
    return [(check.name, check.result) for check in check_following(world.app.settings)]


def test_a_refused_cursor_begins_anew_an_hour_earlier(world: World) -> None:
    """In the next round, with what came in between; `status` and `doctor` tell it until then."""
    changes = Dated(1, 2, 70)
    follow(world, ghl=changes)
    follow(world, ghl=changes)
    assert doctor(world) == [("changes in ghl", "ok")]
    changes.refused = {"2026-01-15T13:10:00Z p2"}
    changes.changed.append((NOON + timedelta(minutes=71), "p3"))
    follow(world, ghl=changes)
    assert doctor(world) == [("changes in ghl", "failed")]
    assert "changes of contacts in ghl are not followed: the cursor was refused" in reasons(world)
    follow(world, ghl=changes)
    assert changes.asked[-2:] == ["2026-01-15T12:10:00Z", "2026-01-15T13:11:00Z p3"]
    assert emails(world) == [f"p{number}@works.example" for number in range(4)]
    assert doctor(world) == [("changes in ghl", "warning")]
    assert "ghl" not in reasons(world)


def test_a_moment_that_is_refused_is_not_the_cursors_fault(world: World) -> None:
    """It stays where it is, however often, and goes on there."""
    changes = Dated(1)
    follow(world, ghl=changes)
    changes.refused = {write_moment(NOON)}
    for _ in range(3):
        follow(world, ghl=changes)
    assert set(changes.asked[1:]) == changes.refused
    changes.refused = set()
    follow(world, ghl=changes)
    assert emails(world) == ["p0@works.example"]


def test_a_cursor_that_nobody_can_read_begins_a_day_earlier(world: World) -> None:
    """As after a change of its spelling."""
    changes = Dated()
    world.app.ledger.facts.put("crm.cursor.ghl", "garbage")
    changes.refused = {"garbage"}
    before = datetime.now(UTC) - timedelta(days=1)
    follow(world, ghl=changes)
    follow(world, ghl=changes)
    begun = read_moment(changes.asked[-1])
    assert begun is not None
    assert before <= begun <= datetime.now(UTC) - timedelta(days=1)


def test_a_moment_that_fills_more_than_a_page_is_stepped_over_and_told(world: World) -> None:
    """Where the CRM cannot go on within it: whoever comes later is not held up for ever."""
    changes = Dated(5, 5, 5, 9)
    changes.knows_places = False
    follow(world, ghl=changes)
    follow(world, ghl=changes)
    assert emails(world) == ["p0@works.example", "p1@works.example"]
    assert "more records than a page share one moment" in reasons(world)
    follow(world, ghl=changes)
    assert emails(world) == [f"p{number}@works.example" for number in (0, 1, 3)]
    assert changes.asked[-1] == write_moment(NOON + timedelta(minutes=5, milliseconds=1))
    assert doctor(world) == [("changes in ghl", "warning")]


def test_a_refused_key_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the cursor stays."""
    changes = Dated(1)
    follow(world, ghl=changes)

    def refuse(cursor: str | None) -> Page:
        raise CredentialsRefusedError(f"ghl: 401 at {cursor}")

    monkeypatch.setattr(changes, "changed_since", refuse)
    follow(world, ghl=changes)
    assert "ghl: 401" in reasons(world)
    assert world.app.ledger.facts.look(f"crm.cursor.{System.GHL.value}") == write_moment(NOON)
