"""Leads of whom nothing is new are sent to no CRM once more: counted by the CRM's own log of calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.states import Priority
from tests.integration.crm_place import RUN

if TYPE_CHECKING:
    from tests.integration.crm_place import Place

KNOWN, LEADS = 4, 10


@pytest.fixture
def through(place: Place) -> Place:
    """Ten leads are in the CRM, of whom four stood there before."""
    place.type_in(KNOWN)
    place.bring_in([(number, f"Title {number}") for number in range(LEADS)])
    assert place.sync() == LEADS
    assert len(place.records()) == LEADS
    return place


def test_a_second_run_asks_nothing_and_sends_nothing(through: Place) -> None:
    """Neither for whom the CRM lacks nor, with ``--all``, for everybody."""
    asked = through.calls()
    assert through.sync() == 0
    assert through.sync("--all") == LEADS
    assert through.since(asked) == ([], [])


def test_a_result_that_says_the_same_sends_nothing(through: Place) -> None:
    """Enriched anew, a moment later."""
    asked = through.calls()
    through.learn()
    assert through.sync("--all") == LEADS
    assert through.since(asked) == ([], [])


def test_the_same_list_once_more_sends_nothing(through: Place) -> None:
    """Everybody on it is known."""
    asked, leads = through.calls(), through.world.leads()
    inputs = [lead.input for lead in leads.values()]
    taken = through.world.app.receive.take(
        inputs, priority=Priority.NORMAL, door="test", batch=f"{RUN[:-1]}C"
    )
    through.world.settle()
    assert all(one.duplicate for one in taken)
    assert through.sync("--all") == LEADS
    assert through.since(asked) == ([], [])


def test_whoever_has_to_be_asked_about_is_not_written(through: Place) -> None:
    """The rules have changed, and say the same of what stands."""
    asked, stood = through.calls(), through.records()
    through.forget()
    assert through.sync("--all") == LEADS
    questions, writes = through.since(asked)
    assert questions
    assert writes == []
    assert through.records() == stood
