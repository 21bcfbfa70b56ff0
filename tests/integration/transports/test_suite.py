"""Whatever the transport, every lead comes to its end, is paid for once, and ends alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.transports.places import PAYS, SUBMITS, TRANSPORTS, place

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.transports.places import Place

_LEADS = 24


def test_every_lead_comes_to_its_end_and_is_paid_for_once(installation: Place) -> None:
    installation.world.people(_LEADS)
    status = installation.settle()
    assert status["balanced"]
    assert status["settled"]
    assert status["leads"]["synced"] > _LEADS // 2
    assert set(installation.runs().values()) == {1}
    assert len(installation.runs()) == _LEADS
    assert status["credits"]["day"]["reserved"] == 0


@pytest.mark.parametrize("fault", [{"fault": "status", "status": 429}, {"fault": "reset"}])
def test_a_submission_that_did_not_arrive_is_made_again(installation: Place, fault: dict[str, Any]) -> None:
    """A connection that breaks may hide that it did, which is found out or waited for."""
    installation.fault(SUBMITS[installation.transport], when="before", times=1, **fault)
    installation.world.people(5)
    for _ in range(4):
        installation.world.work()
        installation.world.let_time_pass(1000.0)
    status = installation.settle()
    # What may have run and cannot be asked for is a person's to decide: so it is with a routine's lost start.
    held = 5 if installation.transport == "routines" and fault["fault"] == "reset" else 0
    assert status["leads"]["held"] == held
    assert sum(installation.runs().values()) == len(installation.runs()) == 5 - held


def test_an_answer_that_is_lost_costs_nothing(installation: Place) -> None:
    """The call took effect: it is looked up, or its result is awaited or held, and never blindly repeated."""
    installation.fault(PAYS[installation.transport], fault="reset", when="after", times=1)
    installation.world.people(5)
    installation.world.work()
    for _ in range(3):
        installation.world.let_time_pass(10.0)
        installation.world.work()
    assert set(installation.runs().values()) == {1}


def test_the_same_people_end_alike_by_every_transport(tmp_path: Path) -> None:
    """What a transport carries is all that it decides."""
    ends = []
    for transport in TRANSPORTS:
        home = tmp_path / transport
        home.mkdir()
        with place(transport, home, f"sqlite:///{home / 'ledger.db'}") as one:
            names = [f"alike-{number}" for number in range(_LEADS)]
            one.world.people(_LEADS, prefix="alike")
            one.settle()
            states = {
                lead.input.linkedin_url: (lead.state, lead.score) for lead in one.world.leads().values()
            }
            ends.append([states[f"https://www.linkedin.com/in/{name}"] for name in names])
    assert ends[0] == ends[1] == ends[2]
