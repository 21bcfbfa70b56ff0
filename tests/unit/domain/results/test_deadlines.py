"""What becomes of an answer that does not come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.results.deadlines import Deadlines

SECONDS = st.floats(0.0, 200_000.0)
DEADLINES = st.builds(Deadlines, soft=st.just(900.0), hard=st.just(86_400.0), resends=st.booleans())


@given(deadlines=DEADLINES, sends=st.integers(0, 4), seconds=SECONDS)
def test_nothing_is_missed_and_late_at_once(deadlines: Deadlines, sends: int, seconds: float) -> None:
    assert not (deadlines.missed(sends, seconds) and deadlines.late(seconds))


@given(deadlines=DEADLINES, sends=st.integers(0, 4), seconds=SECONDS)
def test_whoever_waits_is_asked_again_when_there_is_something_to_do(
    deadlines: Deadlines, sends: int, seconds: float
) -> None:
    """And not before: a lead that was sent twice, or never, is not looked at again and again."""
    if deadlines.missed(sends, seconds) or deadlines.late(seconds):
        return
    then = seconds + deadlines.until_next(sends, seconds)
    assert deadlines.missed(sends, then) or deadlines.late(then)


def test_only_what_was_sent_once_is_sent_again() -> None:
    deadlines = Deadlines(soft=900.0, hard=86_400.0, resends=True)
    assert [deadlines.missed(sends, 1000.0) for sends in range(4)] == [False, True, False, False]
