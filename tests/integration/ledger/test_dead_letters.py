"""Dead letters that were only unlucky are tried again, ever more seldom, five times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.states import Step
from alpha_swarm.ports.records import Death
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import people

if TYPE_CHECKING:
    from alpha_swarm.ledger.ledger import SqlLedger

_WAITS = [300.0, 600.0, 1200.0, 2400.0, 4800.0]


def die(ledger: SqlLedger, lead_id: str, *, step: Step = Step.SYNC_GHL, kind: str = "transient") -> None:
    """Give a step up."""
    death = Death(
        lead_id=lead_id, step=step, cause="attempts_exhausted", kind=kind, error="ghl is down", attempts=3
    )
    with ledger.begin() as tx:
        tx.dead_letters.add([death])


def replay(ledger: SqlLedger) -> list[tuple[str, Step]]:
    """Those whose time has come, which are then resolved."""
    with ledger.begin() as tx:
        letters = tx.dead_letters.replayable(10)
        tx.dead_letters.resolve([letter_id for letter_id, _, _ in letters])
    return [(lead.id, step) for _, lead, step in letters]


def open_letters(ledger: SqlLedger) -> int:
    """How many are dead now."""
    with ledger.read() as tx:
        return tx.views.counts().dead_letters


def test_a_letter_is_replayed_when_its_wait_is_over_and_is_then_no_longer_dead(ledger: SqlLedger) -> None:
    (lead_id,) = people(ledger, 1)
    die(ledger, lead_id)
    let_time_pass(ledger.engine, 299.0)
    assert (replay(ledger), open_letters(ledger)) == ([], 1)
    let_time_pass(ledger.engine, 2.0)
    assert replay(ledger) == [(lead_id, Step.SYNC_GHL)]
    assert (replay(ledger), open_letters(ledger)) == ([], 0)


def test_waits_double_and_after_five_replays_a_person_must_see_to_it(ledger: SqlLedger) -> None:
    (lead_id,) = people(ledger, 1)
    for wait in _WAITS:
        die(ledger, lead_id)
        let_time_pass(ledger.engine, wait - 1.0)
        assert replay(ledger) == []
        let_time_pass(ledger.engine, 2.0)
        assert replay(ledger) == [(lead_id, Step.SYNC_GHL)]
    die(ledger, lead_id)
    let_time_pass(ledger.engine, 365 * 86400.0)
    assert (replay(ledger), open_letters(ledger)) == ([], 1)


def test_each_step_has_replays_of_its_own(ledger: SqlLedger) -> None:
    first, second = people(ledger, 2)
    for lead_id, step in ((first, Step.SYNC_GHL), (first, Step.INGEST), (second, Step.SYNC_GHL)):
        die(ledger, lead_id, step=step)
    let_time_pass(ledger.engine, 301.0)
    assert len(replay(ledger)) == 3


@pytest.mark.parametrize("kind", ["permanent", "poison", "privacy"])
def test_what_would_never_work_is_not_replayed(ledger: SqlLedger, kind: str) -> None:
    (lead_id,) = people(ledger, 1)
    die(ledger, lead_id, kind=kind)
    let_time_pass(ledger.engine, 365 * 86400.0)
    assert (replay(ledger), open_letters(ledger)) == ([], 1)


def test_a_letter_says_what_happened_without_saying_to_whom(ledger: SqlLedger) -> None:
    (lead_id,) = people(ledger, 1)
    die(ledger, lead_id)
    with ledger.read() as tx:
        assert tx.views.deaths(lead_id) == [
            {
                "step": "sync-ghl",
                "cause": "attempts_exhausted",
                "class": "transient",
                "error": "ghl is down",
                "attempts": 3,
            }
        ]
