"""A question is answered once, acted on by one at a time, and settled once; an alert begins and ends once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.messages.alerts import Alert, Level
from alpha_swarm.domain.messages.approvals import Answer, Approval, ApprovalKind, ApprovalState, Grant, Plan
from alpha_swarm.domain.states import Target
from alpha_swarm.ports.records import Written
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import people
from tests.integration.together import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.ledger.ledger import SqlLedger

ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
DAY = 86_400.0
PLAN = Plan(
    kind=ApprovalKind.PROTECTED,
    scope={"leads": {"ghl": ["a"]}, "fields": ["owner"], "granted": {}},
    hash="0" * 64,
    title="May it?",
    facts={"ghl": "1 update"},
)
ALERT = Alert(key="halt:ghl:quota", level=Level.CRITICAL, text="ghl is parked", remedy="wait")


def asked(ledger: SqlLedger) -> Approval:
    """A question, as it stands."""
    with ledger.begin() as tx:
        tx.approvals.ask(ID, PLAN, DAY)
    return standing(ledger)


def standing(ledger: SqlLedger) -> Approval:
    """How it stands."""
    with ledger.read() as tx:
        found = tx.approvals.find(ID)
    assert found is not None
    return found


def answer(ledger: SqlLedger, user: str = "U1", *, approves: bool = True) -> Approval | None:
    """Somebody presses a button."""
    with ledger.begin() as tx:
        given = Answer(approval_id=ID, approves=approves, user=user, reference="C1 1.2")
        return tx.approvals.answer(given)


def claimed(ledger: SqlLedger) -> list[str]:
    """What somebody is to act on."""
    with ledger.begin() as tx:
        return [one.id for one in tx.approvals.claim(120.0)]


def test_what_was_asked_is_kept_as_it_was(ledger: SqlLedger) -> None:
    found = asked(ledger)
    assert (found.kind, found.scope, found.hash, found.title, found.facts) == (
        PLAN.kind,
        PLAN.scope,
        PLAN.hash,
        PLAN.title,
        PLAN.facts,
    )
    assert (found.state, found.expires_at - found.asked_at) == (ApprovalState.ASKED, DAY)


def test_the_first_answer_holds(ledger: SqlLedger) -> None:
    asked(ledger)
    first = answer(ledger, approves=False)
    assert first is not None
    assert (first.state, first.answered_by, first.reference) == (ApprovalState.DECLINED, "U1", "C1 1.2")
    assert answer(ledger, "U2") is None
    assert standing(ledger) == first
    assert claimed(ledger) == [], "nothing more is to be done"


def test_of_two_who_answer_at_once_one_is_first(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    asked(ledger)
    ledgers = [open_ledger(str(number)) for number in range(4)]
    said = in_threads(answer, [(one, f"U{number}") for number, one in enumerate(ledgers)])
    (first,) = [one for one in said if one is not None]
    assert standing(ledger).answered_by == first.answered_by


def test_nobody_answers_what_was_never_asked_or_is_a_day_old(ledger: SqlLedger) -> None:
    assert answer(ledger) is None
    asked(ledger)
    let_time_pass(ledger.engine, DAY)
    assert answer(ledger) is None
    assert standing(ledger).state is ApprovalState.ASKED


def test_an_answer_or_the_end_of_the_day_is_acted_on_by_one_at_a_time(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    """Whoever dies over it is followed by another one."""
    asked(ledger)
    assert claimed(ledger) == []
    answer(ledger)
    ledgers = [open_ledger(str(number)) for number in range(4)]
    assert sorted(in_threads(claimed, [(one,) for one in ledgers])) == [[], [], [], [ID]]
    let_time_pass(ledger.engine, 121.0)
    assert claimed(ledger) == [ID]
    with ledger.read() as tx:
        assert not tx.approvals.due()


def test_it_is_settled_once(ledger: SqlLedger) -> None:
    asked(ledger)
    answer(ledger)
    with ledger.begin() as tx:
        assert tx.approvals.settle(ID, ApprovalState.MOVED, "moved on")
        assert not tx.approvals.settle(ID, ApprovalState.APPROVED, "done")
    found = standing(ledger)
    assert (found.state, found.outcome) == (ApprovalState.MOVED, "moved on")
    let_time_pass(ledger.engine, DAY)
    assert claimed(ledger) == []


def test_what_was_declined_is_settled_by_nobody(ledger: SqlLedger) -> None:
    asked(ledger)
    answer(ledger, approves=False)
    with ledger.begin() as tx:
        assert not tx.approvals.settle(ID, ApprovalState.EXPIRED, "late")


def test_a_grant_lasts_until_the_lead_is_written(ledger: SqlLedger) -> None:
    """Until then its fingerprint counts for nothing, so that it is looked at."""
    first, second = people(ledger, 2)
    written = {key: Written(external_id=key, fingerprint="f") for key in (first, second)}
    with ledger.begin() as tx:
        tx.syncs.open({first: [Target.GHL], second: [Target.GHL]})
        tx.syncs.done(Target.GHL, written)
        tx.syncs.grant(Target.GHL, {first: Grant(ID, {"owner": [None, "ada"]})})
    with ledger.begin() as tx:
        ids = [first, second]
        assert tx.syncs.known(Target.GHL, [*ids, "nobody"]) == {first, second}
        assert tx.syncs.known(Target.HUBSPOT, ids) == set()
        assert tx.syncs.grants(Target.GHL, ids) == {first: Grant(ID, {"owner": [None, "ada"]})}
        assert tx.syncs.fingerprints(Target.GHL, ids) == {second: "f"}
        tx.syncs.done(Target.GHL, written)
        assert tx.syncs.grants(Target.GHL, ids) == {}
        assert tx.syncs.fingerprints(Target.GHL, ids) == {first: "f", second: "f"}
        tx.syncs.grant(Target.GHL, {first: Grant(ID)})
        tx.syncs.dead(Target.GHL, [first])
        assert tx.syncs.grants(Target.GHL, ids) == {}


def begin(ledger: SqlLedger) -> float | None:
    """Somebody finds out."""
    with ledger.begin() as tx:
        return tx.alerts.raise_(ALERT)


def end(ledger: SqlLedger) -> bool:
    """Somebody finds that it is over."""
    with ledger.begin() as tx:
        return tx.alerts.end(ALERT.key)


def test_an_alert_begins_and_ends_once_whoever_finds_out(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    ledgers = [(open_ledger(str(number)),) for number in range(4)]
    assert sum(since is not None for since in in_threads(begin, ledgers)) == 1
    assert not end(ledger), "it has not gone"
    with ledger.begin() as tx:
        tx.alerts.gone([ALERT.key])
    assert sum(in_threads(end, ledgers)) == 1
    assert begin(ledger) is not None, "and may begin anew"


def test_since_when_an_alert_is_gone_is_known_from_the_first_who_missed_it(ledger: SqlLedger) -> None:
    begin(ledger)
    with ledger.begin() as tx:
        tx.alerts.gone([ALERT.key])
        first = tx.alerts.standing()[ALERT.key].gone_at
    let_time_pass(ledger.engine, 60.0)
    with ledger.begin() as tx:
        tx.alerts.gone([ALERT.key])
        second = tx.alerts.standing()[ALERT.key].gone_at
        assert first is not None
        assert second == first - 60.0
        tx.alerts.back([ALERT.key])
        assert tx.alerts.standing()[ALERT.key].gone_at is None
