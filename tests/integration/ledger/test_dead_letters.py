"""Dead letters that were only unlucky are tried again, ever more seldom, five times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.letters.dead_letters import Kind, Resolution, Selection
from alpha_swarm.domain.states import State, Step, Target
from alpha_swarm.ports.records import Death
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import people

if TYPE_CHECKING:
    from alpha_swarm.domain.letters.dead_letters import Letter
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
        cases = tx.dead_letters.cases(list(tx.dead_letters.ripe(10)))
        tx.dead_letters.resolve([case.letter.id for case in cases], Resolution.REPLAYED)
    return [(case.letter.lead_id, case.letter.step) for case in cases]


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


def letters(ledger: SqlLedger, **chosen: Any) -> list[Letter]:
    """The open ones of a selection."""
    with ledger.read() as tx:
        return list(tx.dead_letters.page(Selection(**chosen), "", 100))


def test_after_five_replays_a_letter_is_given_up_and_says_when_it_all_began(ledger: SqlLedger) -> None:
    (lead_id,) = people(ledger, 1)
    for _ in _WAITS:
        die(ledger, lead_id)
        let_time_pass(ledger.engine, 10_000.0)
        replay(ledger)
    die(ledger, lead_id)
    (letter,) = letters(ledger)
    assert (letter.replays, letter.replay_at, letter.given_up) == (5, None, True)
    assert letter.first_at < letter.died_at
    with ledger.read() as tx:
        assert [one.given_up for one in tx.dead_letters.groups(Selection())] == [1]
        assert not tx.dead_letters.find("nobody")


def test_a_later_generation_begins_to_count_anew(ledger: SqlLedger) -> None:
    (lead_id,) = people(ledger, 1)
    die(ledger, lead_id)
    let_time_pass(ledger.engine, 301.0)
    replay(ledger)
    with ledger.begin() as tx:
        tx.leads.renew({lead_id: 2}, "batch")
    die(ledger, lead_id)
    (letter,) = letters(ledger)
    assert (letter.generation, letter.replays) == (2, 0)


def test_what_a_letter_quotes_is_redacted(ledger: SqlLedger) -> None:
    (lead_id,) = people(ledger, 1)
    death = Death(
        lead_id=lead_id,
        step=Step.SYNC_GHL,
        cause="refused",
        kind="permanent",
        error="ada@works.example is taken",
        attempts=1,
    )
    with ledger.begin() as tx:
        tx.dead_letters.add([death])
    assert letters(ledger)[0].error == "[email] is taken"


def test_letters_are_grouped_and_chosen(ledger: SqlLedger) -> None:
    first, second, third = people(ledger, 3)
    die(ledger, first)
    die(ledger, second)
    die(ledger, third, step=Step.ENRICH, kind="permanent")
    with ledger.read() as tx:
        groups = tx.dead_letters.groups(Selection())
        late = tx.dead_letters.groups(Selection(since=tx.dead_letters.now() + 60.0))
    assert [(one.step, one.kind, one.letters) for one in groups] == [
        (Step.SYNC_GHL, "transient", 2),
        (Step.ENRICH, "permanent", 1),
    ]
    assert late == []
    assert [one.lead_id for one in letters(ledger, kind=Kind.PERMANENT)] == [third]
    assert [one.lead_id for one in letters(ledger, step=Step.SYNC_GHL)] == [first, second]
    assert letters(ledger, cause="else") == letters(ledger, ids=()) == []
    (chosen,) = letters(ledger, ids=(letters(ledger)[1].id,))
    assert chosen.lead_id == second


def test_a_case_tells_how_its_lead_stands(ledger: SqlLedger) -> None:
    (lead_id,) = people(ledger, 1)
    die(ledger, lead_id)
    with ledger.begin() as tx:
        tx.syncs.open({lead_id: [Target.GHL, Target.HUBSPOT]})
        tx.syncs.dead(Target.GHL, [lead_id])
        tx.leads.move({lead_id: State.DEAD})
    with ledger.read() as tx:
        (case,) = tx.dead_letters.chosen(Selection(), 10)
    assert (case.state, case.generation, case.sync) == (State.DEAD, 1, "dead")
    assert [case.owed, case.written_back, case.engaged, case.expired] == [False] * 4
