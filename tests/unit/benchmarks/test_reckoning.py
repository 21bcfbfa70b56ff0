"""What becomes of the runs of a benchmark."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.contestants import OURS, PEERS, names
from benchmarks.peers.shapes import CUSTOM, contact, cut, leads
from benchmarks.reckoning import ratio, result, unequal
from benchmarks.results import page
from benchmarks.run import Run

RUN = Run(
    name=OURS,
    leads=1000,
    seconds=2.0,
    start_up=1.0,
    contacts=900,
    upserts=905,
    cpu={"worker": 1.0, "redis": 0.5},
    sandbox_cpu=0.4,
)


def test_the_median_of_the_runs_counts() -> None:
    """One slow run among three changes the span and nothing else."""
    found = result([RUN, replace(RUN, seconds=20.0), RUN])
    assert (found.rate, found.slowest, found.fastest) == (500.0, 50.0, 500.0)
    assert found.rate_once_started == 1000.0
    assert (found.cpu_ms, found.sandbox_ms) == (1.5, 0.4)


def test_runs_that_did_not_do_the_same_have_no_median() -> None:
    """A run that lost a contact is no faster run."""
    with pytest.raises(ValueError, match="did not all do the same"):
        result([RUN, replace(RUN, contacts=899)])


def test_ratios_are_ours_over_theirs() -> None:
    """Twice as fast is two; the time before the first call is left out of the second."""
    slow = result([replace(RUN, name="slow", seconds=4.0, start_up=2.0)])
    assert ratio(result([RUN]), slow) == (2.0, 2.0)
    assert ratio(result([RUN]), result([replace(RUN, start_up=0.0)])) == (1.0, 2.0)


def test_who_brings_other_contacts_into_the_crm_is_named() -> None:
    """But for those that were given fewer leads."""
    wrong = result([replace(RUN, name="wrong", upserts=904)])
    few = result([replace(RUN, name="few", leads=300, contacts=270, upserts=270)])
    assert unequal([result([RUN]), few, wrong]) == ["wrong"]


def test_the_page_has_a_row_for_everybody_with_the_ratios() -> None:
    """Our own row has none."""
    slow = result([replace(RUN, name="careful_rq", seconds=4.0, start_up=3.0)])
    text = page([result([RUN]), slow], names(), OURS, ["2 cores"], "make bench")
    ours, theirs = (line for line in text.splitlines() if " ms |" in line)
    assert "| 500 | 500-500 |  | 1,000 |  | 1.50 ms |" in ours
    assert "| 250 | 250-250 | 2.00 | 1,000 | 1.00 | 1.50 ms |" in theirs


def test_every_contestant_has_a_name_of_its_own() -> None:
    """And a text for the reader."""
    assert len(names()) == len(PEERS) + 2
    assert len(set(names().values())) == len(names())


def test_a_contact_has_what_can_be_written_and_no_more() -> None:
    """Broken addresses are left out; a row without e-mail and phone is no contact."""
    fields = {name: f"id-{name}" for name in CUSTOM}
    row = {"email_work": "N/A", "email_personal": "m@home.example", "phone": "(212) 555-0100"}
    body = contact({**row, "tech_stack": ["Slack", "Zoom"]}, "L", fields)
    assert body == {
        "locationId": "L",
        "email": "m@home.example",
        "phone": "+12125550100",
        "customFields": [{"id": "id-tech_stack", "field_value": "Slack, Zoom"}],
    }
    assert contact({"email_work": "not-an-email", "phone": "0171 2345678"}, "L", fields) is None


def test_batches_hold_every_lead_once() -> None:
    """The last is the smaller one."""
    batches = list(cut(list(leads(120)), 50))
    assert [len(batch) for batch in batches] == [50, 50, 20]
    assert len({lead["linkedin_url"] for batch in batches for lead in batch}) == 120
