"""Whoever asks what is held of them, or to be forgotten, is answered by Clay and four CRMs at once."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.person_desk import PersonDesk
from tests.integration.world import QUIET, world

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.integration.world import World

PEOPLE = 200
#: For each of them, with nobody else asking; and for all of them, one after the other.
MOST_SECONDS = 10.0
REQUESTS_AN_HOUR = 10_000


def answered(name: str, act: Callable[[str], object], people: Sequence[str]) -> list[float]:
    """How long each took, in seconds."""
    taken = []
    for profile in people:
        began = time.perf_counter()
        act(profile)
        taken.append(time.perf_counter() - began)
    told = f"{name}: worst {max(taken):.2f} s, {len(taken) / sum(taken) * 3600:,.0f} an hour"
    sys.stderr.write(f"{told}\n")
    return taken


def everybody(one: World) -> list[str]:
    """The profiles of people who are through; those without an e-mail are in three of the four CRMs."""
    one.people(PEOPLE)
    one.settle(240.0)
    leads = one.leads().values()
    assert (
        sum(len(lead.external_ids) >= len(one.app.settings.sync_targets) - 1 for lead in leads) > PEOPLE / 2
    )
    return [str(lead.input.linkedin_url) for lead in leads]


@pytest.mark.long
def test_ten_thousand_requests_an_hour_and_each_within_ten_seconds(tmp_path: Path) -> None:
    """With the limits off: it is our own time that is measured. Nobody is left anywhere in the end."""
    database = f"sqlite:///{tmp_path / 'ledger.db'}"
    with world(tmp_path, QUIET, database, SYNC_TARGETS="ghl,instantly,hubspot,salesforce") as one:
        people = everybody(one)
        desk = PersonDesk(one.app)
        asked = (
            answered("access", desk.access, people),
            answered("erasure", lambda profile: one.app.rights.ask(Right.ERASURE, profile), people),
        )
        assert all(request["ended_at"] for request in one.app.rights.latest(PEOPLE))
        assert one.rows() == []
    for taken in asked:
        assert max(taken) < MOST_SECONDS
        assert len(taken) / sum(taken) * 3600 > REQUESTS_AN_HOUR
