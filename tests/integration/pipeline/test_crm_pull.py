"""Changes are followed by a cursor: what no webhook told comes in, and what one told is no news."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.crm.news import System
from alpha_swarm.errors import RetryLaterError
from alpha_swarm.ports.records_in import Changed, ChangedRecords, Page
from tests.integration.pipeline.crm_sender import ADA, Sender, ghl_event, moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World

_PAGE = 3


class Changes:
    """Implements ``ports.records_in.ChangedRecords`` on a list, by place."""

    def __init__(self, number: int) -> None:
        self.changed = [(f"r-{index}", f"p{index}@works.example") for index in range(number)]
        self.asked: list[str | None] = []
        self.trouble_at: str | None = "none"
        self.again: Page | None = None
        """The same page, whatever is asked."""

    def changed_since(self, cursor: str | None) -> Page:
        """Three at a time."""
        self.asked.append(cursor)
        if self.again is not None:
            return self.again
        if cursor == self.trouble_at:
            raise RetryLaterError("away", 5.0)
        if cursor is None:
            return Page(records={}, cursor="0", more=False)
        begin = int(cursor)
        part = self.changed[begin : begin + _PAGE]
        records = {key: Changed(fields={"email": email}, at=moment()) for key, email in part}
        end = begin + len(part)
        return Page(records=records, cursor=str(end), more=end < len(self.changed))


@pytest.fixture
def sender(world: World) -> Sender:
    """A CRM that tells the installation."""
    return Sender(world.app)


def follow(world: World, **sources: ChangedRecords) -> None:
    """One round."""
    world.app.news.changes = {System(name): source for name, source in sources.items()}
    world.app.pull()


def emails(world: World) -> list[str]:
    """Of all leads."""
    return sorted(lead.input.email or "" for lead in world.leads().values())


def test_who_was_there_before_is_no_news_and_what_is_changed_then_comes_in_page_by_page(world: World) -> None:
    """The first round only takes the cursor; the third finds nothing."""
    changes = Changes(8)
    follow(world, hubspot=changes)
    assert (emails(world), changes.asked) == ([], [None])
    for _ in range(2):
        follow(world, hubspot=changes)
    assert emails(world) == sorted(email for _, email in changes.changed)
    assert changes.asked == [None, "0", "3", "6", "8"]
    assert {lead.external_ids["hubspot"] for lead in world.leads().values()} == {f"r-{n}" for n in range(8)}


def test_a_system_that_is_away_goes_on_where_it_was_and_holds_up_no_other(world: World) -> None:
    away, other = Changes(6), Changes(2)
    away.trouble_at = "3"
    other.changed = [("s-1", "other@works.example")]
    for _ in range(3):
        follow(world, hubspot=away, salesforce=other)
    assert emails(world) == ["other@works.example", *(f"p{number}@works.example" for number in range(3))]
    away.trouble_at = "none"
    follow(world, hubspot=away)
    assert len(emails(world)) == 7
    assert away.asked.count("0") == 1


def test_what_a_webhook_told_is_no_news(world: World, sender: Sender) -> None:
    """And a page that comes twice, as after a crash before its cursor was kept, changes nothing."""
    sender.ghl(ghl_event(id="r-0", website=None, firstName="Ada", lastName="Example", companyName=None))
    changes = Changes(1)
    before = sender.seen()
    told = {"r-0": Changed(fields=ADA, at=moment(5))}
    changes.again = Page(records=told, cursor="0", more=False)
    for _ in range(2):
        follow(world, ghl=changes)
    assert (len(world.leads()), sender.seen()) == (1, before)


def test_processes_take_turns_and_go_on_where_the_other_one_ended(install: Callable[..., World]) -> None:
    """Neither of them follows the same changes a second time."""
    worlds, changes = [install(), install()], Changes(8)
    for number in (0, 1, 0, 1):
        follow(worlds[number], hubspot=changes)
    assert changes.asked == [None, "0", "3", "6", "8", "8"]
    assert len(worlds[0].leads()) == 8


def test_without_a_connector_that_can_ask_nobody_is_asked(world: World) -> None:
    world.app.pull()
    assert world.leads() == {}
