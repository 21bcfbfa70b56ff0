"""What a verdict means for one lead of many."""

from __future__ import annotations

import pytest

from alpha_swarm import errors
from alpha_swarm.domain.calls.effect import Again, Doubt, Outcome, Refused, outcome_of


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (errors.RateLimitedError("x", 7), Again("x", 7, burns_attempt=False)),
        (errors.RetryLaterError("x", 3), Again("x", 3)),
        (errors.UnavailableError("x"), Again("x", burns_attempt=False)),
        (errors.NotReadyError("x"), Again("x", burns_attempt=False)),
        (errors.OutcomeUnknownError("x"), Doubt("x")),
        (errors.GiveUpError("x", "cause"), Refused("cause", "x")),
        (errors.QuotaExhaustedError("x", 9), Again("x", 9, burns_attempt=False)),
    ],
)
def test_an_error_is_an_outcome_for_one_of_many(error: errors.AlphaSwarmError, outcome: Outcome) -> None:
    """One kind of error."""
    assert outcome_of(error) == outcome


def test_what_no_lead_can_answer_for_is_raised() -> None:
    """A wrong setting is nothing that becomes of a lead."""
    with pytest.raises(errors.ConfigurationError):
        outcome_of(errors.ConfigurationError("x"))
