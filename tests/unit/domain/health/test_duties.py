"""What is owed to persons is told in time, and nothing is told while it is done."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.health.duties import BURST, Duties, duty_alerts
from alpha_swarm.domain.messages.alerts import Level


def keys(duties: Duties) -> dict[str, Level]:
    """What stands."""
    return {one.key: one.level for one in duty_alerts(duties)}


@pytest.mark.parametrize(
    ("duties", "expected"),
    [
        (Duties(), {}),
        (Duties(tasks={"clay": 2, "ghl": 1}), {"rights:task:clay": "warning", "rights:task:ghl": "warning"}),
        (Duties(oldest_days=13.9), {}),
        (Duties(oldest_days=14.0), {"rights:late": "warning"}),
        (Duties(oldest_days=25.0), {"rights:too-late": "critical"}),
        (Duties(uninformed=3), {"notices": "warning"}),
        (Duties(returned=BURST - 1), {}),
        (Duties(returned=BURST), {"suppressed": "warning"}),
        (Duties(drop_days=37.9), {}),
        (Duties(drop_days=38.0), {"drop:due": "warning"}),
        (Duties(drop_days=45.0), {"drop:over": "critical"}),
        (Duties(drop_days=math.inf), {"drop:over": "critical"}),
    ],
)
def test_each_duty_has_its_own_alert(duties: Duties, expected: dict[str, str]) -> None:
    """With a remedy that names a command or says where to look."""
    assert keys(duties) == {key: Level(level) for key, level in expected.items()}
    assert all(one.remedy and "Persons" not in one.remedy for one in duty_alerts(duties))


@given(
    st.builds(
        Duties,
        tasks=st.dictionaries(st.sampled_from(["clay", "salesforce"]), st.integers(1, 9)),
        oldest_days=st.floats(0, 400),
        uninformed=st.integers(0, 10),
        returned=st.integers(0, 1000),
        drop_days=st.none() | st.floats(0, 400),
    )
)
def test_no_two_alerts_have_one_key_and_none_is_longer_than_the_ledger_takes(duties: Duties) -> None:
    found = list(duty_alerts(duties))
    assert len({one.key for one in found}) == len(found)
    assert all(len(one.key) <= 120 for one in found)
