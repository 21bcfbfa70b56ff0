"""Who gets which lead."""

from __future__ import annotations

import pytest

from alpha_swarm.domain.enrichment import Values
from alpha_swarm.domain.routing import route
from alpha_swarm.domain.states import EnrichmentStatus, Target, Tier

ALL = list(Target)
CONTACTS = (Target.GHL, Target.HUBSPOT, Target.SALESFORCE)
EMAIL = Values(email_personal="ada@home.example")
PHONE = Values(phone="+14155550123")


@pytest.mark.parametrize(
    ("values", "tier", "targets"),
    [
        (EMAIL, Tier.ONE, tuple(ALL)),
        (EMAIL, Tier.TWO, tuple(ALL)),
        (EMAIL, Tier.THREE, CONTACTS),
        (PHONE, Tier.ONE, CONTACTS),
        (Values(), Tier.ONE, ()),
    ],
)
@pytest.mark.parametrize("status", [EnrichmentStatus.COMPLETED, EnrichmentStatus.PARTIAL])
def test_a_way_to_reach_somebody_decides(
    status: EnrichmentStatus, values: Values, tier: Tier, targets: tuple[Target, ...]
) -> None:
    """Contacts need an address or a number, a campaign an address and a good tier."""
    assert route(status, values, tier, ALL) == targets


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
    """Only completed and partial enrichments are synced."""
    assert route(status, EMAIL, Tier.ONE, ALL) == ()


def test_only_configured_targets_and_each_once_in_their_order() -> None:
    """A target named twice gets the lead once."""
    targets = [Target.HUBSPOT, Target.GHL, Target.HUBSPOT]

    assert route(EnrichmentStatus.COMPLETED, EMAIL, Tier.ONE, targets) == (Target.HUBSPOT, Target.GHL)
