"""What happens where nobody wrote a file: the packaged rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alpha_swarm import settings as packaged
from alpha_swarm.domain.leads.enrichment import Values
from alpha_swarm.domain.states import EnrichmentStatus, Target
from tests.unit.domain.routing.subjects import ALL, rules, subject, went

CONTACTS = (Target.GHL, Target.HUBSPOT, Target.SALESFORCE)
EMAIL = Values(email_personal="ada@home.example")
PHONE = Values(phone="+14155550123")
PACKAGED = packaged.text("routing.yaml")


@pytest.mark.parametrize(
    ("values", "tier", "targets"),
    [
        (EMAIL, 1, ALL),
        (EMAIL, 2, ALL),
        (EMAIL, 3, CONTACTS),
        (PHONE, 1, CONTACTS),
        (Values(), 1, ()),
    ],
)
@pytest.mark.parametrize("status", [EnrichmentStatus.COMPLETED, EnrichmentStatus.PARTIAL])
def test_a_way_to_reach_somebody_decides(
    status: EnrichmentStatus, values: Values, tier: int, targets: tuple[Target, ...]
) -> None:
    """Contacts need an address or a number, a campaign an address and a good tier."""
    lead = replace(subject(tier=tier), status=status, values=values)
    assert went(rules(PACKAGED), lead).targets == targets


@pytest.mark.parametrize(
    "status",
    [
        EnrichmentStatus.PENDING,
        EnrichmentStatus.IN_PROGRESS,
        EnrichmentStatus.FAILED,
        EnrichmentStatus.UNENRICHABLE,
    ],
)
def test_what_came_to_nothing_goes_nowhere(status: EnrichmentStatus) -> None:
    """Only completed and partial enrichments are synced, and nobody is told of others."""
    assert rules(PACKAGED).route(replace(subject(), status=status)) is None


def test_only_configured_targets_and_each_once_in_their_order() -> None:
    """A target named twice gets the lead once."""
    routing = rules(PACKAGED, (Target.HUBSPOT, Target.GHL, Target.HUBSPOT))
    assert went(routing, subject()).targets == (Target.HUBSPOT, Target.GHL)


def test_people_are_told_of_the_best_alone() -> None:
    texts = [
        [alert.text for alert in went(rules(PACKAGED), subject(tier=tier)).alerts.values()]
        for tier in (1, 2, 3)
    ]
    assert texts == [["New tier 1 lead"], [], []]


def test_who_is_left_out_is_told_with_the_reason() -> None:
    """So that ``trace`` can say why somebody is in no campaign."""
    route = went(rules(PACKAGED), subject(email_work=None))
    assert route.left_out == {Target.INSTANTLY: "there is no e-mail"}
