"""Values are drawn, shown with whose they are, and judged by people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from alpha_swarm.domain.leads.enrichment import ProviderUse, Values
from alpha_swarm.domain.results.quality import wilson
from alpha_swarm.errors import UserError
from alpha_swarm.ledger.schema.samples import samples
from tests.integration.ledger.actors import people
from tests.integration.ledger.results import enrich, report, result

if TYPE_CHECKING:
    from alpha_swarm.ledger.ledger import SqlLedger

VALUES = Values(email_work="ada@works.example", company_size=50)
APOLLO = ProviderUse(name="apollo", fields=("email_work",), timestamp="2026-01-15T10:00:00Z")


def taken_in(ledger: SqlLedger, number: int) -> list[str]:
    """So many usable leads, and one that is not."""
    *usable, none = people(ledger, number + 1)
    enrich(ledger, {key: result(VALUES, providers=[APOLLO]) for key in usable} | {none: result(Values())})
    return usable


def test_one_value_of_each_of_some_usable_leads_is_drawn(ledger: SqlLedger) -> None:
    """Whoever waits for a mark is not drawn again; there are no more than there are."""
    usable = taken_in(ledger, 10)
    assert ledger.samples.draw(4) == 4
    assert ledger.samples.draw(100) == 6
    assert ledger.samples.draw(100) == 0
    waiting = ledger.samples.waiting("test")
    assert sorted(one["lead_id"] for one in waiting) == sorted(usable)
    assert {one["field"] for one in waiting} <= {"email_work", "company_size"}
    assert len(ledger.samples.waiting("test", most=3)) == 3


def test_whoever_judges_sees_the_value_and_whose_it_is(ledger: SqlLedger) -> None:
    (lead_id,) = taken_in(ledger, 1)
    while not ledger.samples.waiting("test") or ledger.samples.waiting("test")[0]["field"] != "email_work":
        for one in ledger.samples.waiting("test"):
            ledger.samples.mark(one["id"], "unknown")
        ledger.samples.draw(1)
    (one,) = ledger.samples.waiting("test")
    assert (one["lead_id"], one["value"], one["provider"]) == (lead_id, "ada@works.example", "apollo")
    assert one["person"]["linkedin_url"] == "https://www.linkedin.com/in/person-000"


def test_the_table_holds_no_values(ledger: SqlLedger) -> None:
    taken_in(ledger, 3)
    ledger.samples.draw(3)
    with ledger.read() as tx:
        rows = tx.session.rows(select(samples))
    assert "works.example" not in str(rows)


def test_accuracy_is_what_was_judged_with_its_interval(ledger: SqlLedger) -> None:
    """The last word on a value holds."""
    taken_in(ledger, 10)
    ledger.samples.draw(10)
    ids = [one["id"] for one in ledger.samples.waiting("test")]
    for place, one in enumerate(ids[:9]):
        ledger.samples.mark(one, "right" if place < 6 else "unknown")
    ledger.samples.mark(ids[6], "wrong")
    ledger.samples.mark(ids[7], "wrong")
    found = report(ledger)["quality"]["accuracy"]
    assert (found["right"], found["wrong"], found["unknown"], found["waiting"]) == (6, 2, 1, 1)
    assert found["percent"] == 75.0
    low, high = wilson(6, 8)
    assert (found["low"], found["high"]) == (round(100 * low, 1), round(100 * high, 1))
    assert sum(one["right"] + one["wrong"] for one in found["by_field"].values()) == 8


def test_a_value_that_was_replaced_waits_for_nobody(ledger: SqlLedger) -> None:
    (lead_id,) = taken_in(ledger, 1)
    ledger.samples.draw(1)
    enrich(ledger, {lead_id: result(VALUES, days_old=0.0)})
    assert ledger.samples.waiting("test") == []
    assert report(ledger)["quality"]["accuracy"]["waiting"] == 0


def test_judgements_of_long_ago_say_nothing_of_today(ledger: SqlLedger) -> None:
    taken_in(ledger, 2)
    ledger.samples.draw(2)
    for one in ledger.samples.waiting("test"):
        ledger.samples.mark(one["id"], "wrong")
    with ledger.begin() as tx:
        tx.session.run(update(samples).values(drawn_at=samples.c.drawn_at - 91 * 86_400))
    assert report(ledger)["quality"]["accuracy"]["percent"] is None


def test_a_wrong_mark_or_sample_is_said(ledger: SqlLedger) -> None:
    taken_in(ledger, 1)
    ledger.samples.draw(1)
    (one,) = ledger.samples.waiting("test")
    with pytest.raises(UserError, match="a mark is one of right, wrong, unknown"):
        ledger.samples.mark(one["id"], "fine")
    with pytest.raises(UserError, match="no such sample"):
        ledger.samples.mark("01J00000000000000000000000", "right")
