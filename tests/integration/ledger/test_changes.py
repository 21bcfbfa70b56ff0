"""What was written into the CRMs is known, also where an answer was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.domain.states import Target
from alpha_swarm.ports.changes import Planned
from tests.integration.ledger.actors import people

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.ledger.ledger import SqlLedger

GHL, INSTANTLY = Target.GHL, Target.INSTANTLY


def plan(
    ledger: SqlLedger,
    lead_id: str,
    after: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    record: str | None = None,
    **more: Any,
) -> float:
    """It is going to be sent."""
    planned = Planned(
        **({"target": GHL, "batch": None} | more),
        lead_id=lead_id,
        external_id=record,
        change=Change(before=before, after=after),
    )
    with ledger.begin() as tx:
        return tx.changes.plan([planned])


def confirm(ledger: SqlLedger, **records: str) -> Mapping[str, bool]:
    """An answer came."""
    with ledger.begin() as tx:
        return tx.changes.confirm(GHL, records)


def written(ledger: SqlLedger, lead_id: str, record: str) -> Mapping[str, Sequence[Any]]:
    """As what it may stand there."""
    with ledger.read() as tx:
        return tx.changes.written(GHL, {lead_id: record})[lead_id]


def test_a_confirmed_value_puts_an_end_to_those_before(ledger: SqlLedger) -> None:
    """What is not known to have taken effect may stand there, or what stood before."""
    (lead,) = people(ledger, 1)
    plan(ledger, lead, {"title": "a"})
    assert confirm(ledger, **{lead: "r"}) == {lead: True}
    plan(ledger, lead, {"title": "b", "phone": "1"}, {"title": "a"}, "r")
    assert written(ledger, lead, "r") == {"title": ["a", "b"], "phone": [None, "1"]}
    assert confirm(ledger, **{lead: "r"}) == {lead: False}
    assert written(ledger, lead, "r") == {"title": ["b"], "phone": ["1"]}
    assert confirm(ledger, **{lead: "r"}) == {}


def test_a_record_is_ours_whichever_lead_it_was_written_for(ledger: SqlLedger) -> None:
    """Two leads of one person share it; another record, or another CRM's, is none of theirs."""
    first, second = people(ledger, 2)
    plan(ledger, first, {"title": "a"})
    confirm(ledger, **{first: "r"})
    plan(ledger, first, {"title": "x"}, target=INSTANTLY)
    assert written(ledger, second, "r") == {"title": ["a"]}
    assert written(ledger, second, "other") == {}


def test_a_creation_whose_answer_was_lost_is_ours(ledger: SqlLedger) -> None:
    """Nobody knows the record's id until it is found."""
    (lead,) = people(ledger, 1)
    plan(ledger, lead, {"title": "a"})
    assert written(ledger, lead, "found") == {"title": [None, "a"]}
    assert confirm(ledger, **{lead: "found"}) == {lead: True}
    assert written(ledger, lead, "found") == {"title": ["a"]}


def test_a_run_is_gone_through_from_its_end(ledger: SqlLedger) -> None:
    """Page by page, by batch or by day, and what was undone is not there any more."""
    (lead,) = people(ledger, 1)
    for number in range(5):
        plan(ledger, lead, {"title": str(number)}, {}, "r", batch="BATCH" if number else "OTHER")
    with ledger.begin() as tx:
        day = tx.views.today().date().isoformat()
        page = tx.changes.of("BATCH", GHL, None, 3)
        assert [past.after["title"] for past in page] == ["4", "3", "2"]
        assert [past.after["title"] for past in tx.changes.of("BATCH", GHL, page[-1].id, 3)] == ["1"]
        assert len(tx.changes.of(day, GHL, None, 9)) == 5
        assert tx.changes.of(day, INSTANTLY, None, 9) == []
        tx.changes.undone([page[0].id])
        assert [past.after["title"] for past in tx.changes.of("BATCH", GHL, None, 3)] == ["3", "2", "1"]


def test_what_was_refused_never_stood_there(ledger: SqlLedger) -> None:
    """What another attempt may have written before stays; so does what took effect."""
    (lead,) = people(ledger, 1)
    plan(ledger, lead, {"title": "lost"})
    refused = plan(ledger, lead, {"title": "refused"})
    with ledger.begin() as tx:
        tx.changes.take_back(GHL, {lead: refused})
        tx.changes.take_back(INSTANTLY, {lead: refused})
    assert written(ledger, lead, "r") == {"title": [None, "lost"]}
    taken = plan(ledger, lead, {"title": "taken"}, {}, "r")
    confirm(ledger, **{lead: "r"})
    with ledger.begin() as tx:
        tx.changes.take_back(GHL, {lead: taken})
    assert written(ledger, lead, "r") == {"title": ["taken"]}
