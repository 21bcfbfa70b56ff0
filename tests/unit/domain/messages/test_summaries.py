"""What people are told of a day and of a month."""

from __future__ import annotations

from typing import Any

from alpha_swarm.domain.messages.summaries import of_access, of_day


def report(received: int, credits_: float) -> dict[str, Any]:
    """Of two days; today nothing has happened yet."""
    days = ("2026-01-29", "2026-01-30")
    return {
        "throughput": {
            "by_day": [
                {"day": days[0], "received": received, "results": received},
                {"day": days[1], "received": 0, "results": 0},
            ]
        },
        "cost": {
            "by_day": [{"day": days[0], "credits": credits_}, {"day": days[1], "credits": 0.0}],
            "per_usable_lead": 5.25,
        },
        "quality": {"completeness": {"percent": 86.0}, "accuracy": {"percent": None}},
        "states": {"dead": 3, "held": 0},
    }


def test_a_day_is_told_in_figures_and_what_is_not_known_is_left_out() -> None:
    notice = of_day(report(120, 480.5))
    assert notice is not None
    assert notice.key == "daily:2026-01-29"
    assert (notice.facts["leads received"], notice.facts["credits spent"]) == (120, 480.5)
    assert notice.facts["completeness, per cent"] == 86.0
    assert "accuracy, per cent" not in notice.facts
    assert notice.lead_id is None


def test_of_a_day_on_which_nothing_happened_nobody_is_told() -> None:
    assert of_day(report(0, 0.0)) is None


def test_a_month_of_access_names_systems_and_numbers_alone() -> None:
    access = {"access": [{"to": "ghl_crm", "action": "create_contact", "times": 7}], "people": 6}
    notice = of_access("2026-01", access)
    assert notice.facts == {"ghl_crm: create contact": 7, "people concerned": 6}
