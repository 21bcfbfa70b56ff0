"""What a batch came to, in figures and verdicts."""

from __future__ import annotations

import pytest

from alpha_swarm.domain.calls.effect import Again, Done, Doubt, Fault, Gone, Held, Outcome, Refused, Unasked
from alpha_swarm.domain.health.executions import BUCKETS, MOST_ERRORS, Execution, Tally, Trigger


def execution(tally: Tally, seconds: float = 1.0) -> Execution:
    """One that came to this."""
    return Execution(workflow="enrich", trigger=Trigger.HINT, seconds=seconds, tally=tally)


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Refused("invalid_input", "no"), "invalid_input"),
        (Again("it failed"), "attempt_failed"),
        (Again("nobody answered", unanswered=True), "no_answer"),
        (Doubt("who knows"), "outcome_unknown"),
        (Fault("our own fault: KeyError"), "own_fault"),
        (Gone("not there"), "gone"),
    ],
)
def test_what_failed_has_its_verdict_in_a_word(outcome: Outcome, word: str) -> None:
    assert Tally().plus({"lead": outcome}) == Tally(failed={"lead": word})


@pytest.mark.parametrize("outcome", [Again("a limit", burns_attempt=False), Held("ask"), Unasked("later")])
def test_who_merely_waits_on_is_not_counted(outcome: Outcome) -> None:
    """Neither as a success nor as a failure."""
    assert not Tally().plus({"lead": outcome})


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ({"a": Done()}, "success"),
        ({"a": Done(), "b": Gone("not there")}, "partial"),
        ({"b": Gone("not there")}, "failure"),
    ],
)
def test_its_status_is_that_of_its_records(outcomes: dict[str, Outcome], status: str) -> None:
    found = execution(Tally().plus(outcomes))
    assert (found.status, found.processed) == (status, len(outcomes))


def test_portions_add_up() -> None:
    whole = Tally().plus({"a": Done(), "b": Gone("not there")}).plus({"c": Done()})
    assert whole == Tally(success=2, failed={"b": "gone"})


def test_of_many_errors_the_first_are_named() -> None:
    many = Tally().plus({f"lead-{number}": Doubt("who knows") for number in range(50)})
    errors = execution(many).errors
    assert len(errors) == MOST_ERRORS
    assert errors[0] == {"record": "lead-0", "error": "outcome_unknown"}


@pytest.mark.parametrize(
    ("seconds", "bound"), [(0.0, "0.05"), (0.05, "0.05"), (0.051, "0.1"), (7.0, "10"), (121.0, "+Inf")]
)
def test_its_time_falls_below_the_next_bound(seconds: float, bound: str) -> None:
    assert BUCKETS[execution(Tally(), seconds).bucket] == bound
