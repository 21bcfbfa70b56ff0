"""What HubSpot's words mean: midnights, refusals, phones."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from alpha_swarm.connectors.hubspot import facts
from alpha_swarm.connectors.hubspot.phones import may_be_same, national


@pytest.mark.parametrize(
    ("now", "zone", "hours"),
    [
        (datetime(2026, 1, 15, 10, tzinfo=UTC), "UTC", 14),
        (datetime(2026, 3, 29, 0, tzinfo=UTC), "Europe/Berlin", 22),
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), "Europe/Berlin", 24.5),
    ],
)
def test_midnight_is_the_portals(now: datetime, zone: str, hours: float) -> None:
    """Also on the days on which its clocks are moved."""
    assert facts.until_midnight(now, ZoneInfo(zone)) == hours * 3600


def test_a_refusals_words_hold_no_value() -> None:
    """The codes and the names of properties alone are shown."""
    message = (
        'Property values were not valid: [{"isValid":false,"message":"ann@acme.com is bad","error":'
        '"INVALID_EMAIL","name":"email"},{"error":"ann lee","name":"Ann Lee"}]'
    )
    assert (facts.codes(message), facts.properties_named(message)) == (("INVALID_EMAIL",), ("email",))
    assert facts.existing_id("Contact already exists. Existing ID: 101") == "101"
    assert facts.existing_id("Contact already exists.") is None


def test_phones_are_compared_without_their_spelling() -> None:
    """By the country's code, where both have one."""
    assert (national("+14155550123"), national("+4930123456"), national("x")) == (
        "4155550123",
        "30123456",
        None,
    )
    assert may_be_same("+14155550123", "(415) 555-0123")
    assert may_be_same("+14155550123", "+1 415-555-0123")
    assert not may_be_same("+14155550123", "+44 4155550123")
