"""How people are told."""

from __future__ import annotations

from dataclasses import replace

from alpha_swarm.domain.leads.output import output_fields
from alpha_swarm.domain.leads.scoring import score
from alpha_swarm.domain.messages.notices import (
    MOST_APART,
    MOST_LISTED,
    USUAL_FIELDS,
    Notice,
    NoticeKind,
    bundled,
    worded,
)
from tests.unit.domain.factories import ENRICHMENT, LEAD, VALUES, WEIGHTS

FULL = replace(LEAD, enrichment=ENRICHMENT, score=score(VALUES, WEIGHTS))


def notice(number: int = 0, kind: NoticeKind = NoticeKind.LEAD) -> Notice:
    """Of the lead above."""
    return Notice(key=str(number), kind=kind, text="New", lead_id=FULL.id)


def test_a_lead_is_told_by_what_names_nobody() -> None:
    """The person's own fields take a setting."""
    message = worded([notice()], {FULL.id: output_fields(FULL)}, USUAL_FIELDS)
    assert [label for label, _ in message.facts] == ["tier", "score", "company name", "lead id"]
    personal = {FULL.input.first_name, FULL.input.last_name, VALUES.email_work, VALUES.phone}
    assert personal.isdisjoint(value for _, value in message.facts)


def test_an_erased_lead_is_told_without_anything() -> None:
    """The notice itself holds nothing of the person."""
    assert worded([notice()], {}, USUAL_FIELDS).facts == []


def test_few_are_told_one_by_one_and_many_in_one_message() -> None:
    """What is no lead is never put together."""
    few, many = ([notice(number) for number in range(count)] for count in (MOST_APART, MOST_APART + 1))
    alerts = [notice(number, NoticeKind.ALERT) for number in range(MOST_APART + 1)]
    assert list(map(len, bundled(few))) == [1] * MOST_APART
    assert list(map(len, bundled(many))) == [MOST_APART + 1]
    assert list(map(len, bundled(alerts))) == [1] * (MOST_APART + 1)


def test_who_is_told_different_things_gets_different_messages() -> None:
    other = replace(notice(99), channel="C2")
    bundles = bundled([*(notice(number) for number in range(10)), other])
    assert [one[0].channel for one in bundles] == [None, "C2"]


def test_a_message_of_many_counts_all_and_lists_the_first() -> None:
    bundle = [notice(number) for number in range(MOST_LISTED + 5)]
    message = worded(bundle, {FULL.id: output_fields(FULL)}, ("icp_tier", "lead_id"))
    assert message.title == f"New: {MOST_LISTED + 5}"
    assert len(message.facts) == MOST_LISTED
    assert message.facts[0] == ("1", f"Tier 1, {FULL.id}")
