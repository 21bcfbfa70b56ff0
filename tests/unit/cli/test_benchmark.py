"""The reckoning behind ``bench``."""

from __future__ import annotations

import subprocess
import sys
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.cli.benchmark.processes import cpu_seconds, family, part_name
from alpha_swarm.cli.benchmark.reckoning import fill, percentile, spread, steady, use, waits

if typing.TYPE_CHECKING:
    from collections.abc import Generator

WINDOW = 6.0


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100), (0.001, 1), (0.07, 7)]
)
def test_of_a_hundred_values_the_percentile_is_the_one_of_that_rank(share: float, expected: float) -> None:
    """0.07 times 100 is 7.000000000000001 in floating point, which does not lift the rank."""
    assert percentile([float(value) for value in range(100, 0, -1)], share) == expected


@given(st.lists(st.floats(0, 1e6), min_size=1), st.sampled_from([0.5, 0.95, 0.99]))
def test_a_percentile_is_one_of_the_values_and_that_many_do_not_exceed_it(
    values: list[float], share: float
) -> None:
    """Nothing is interpolated."""
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)


def test_of_nothing_there_is_no_percentile() -> None:
    """And the spread says so instead of failing."""
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)
    assert spread([]) == {"count": 0, "p50": None, "p95": None, "p99": None, "max": None}


def test_a_spread_is_rounded_to_a_tenth_of_a_millisecond() -> None:
    """In seconds."""
    assert spread([0.12344, 0.5]) == {"count": 2, "p50": 0.1234, "p95": 0.5, "p99": 0.5, "max": 0.5}


def test_a_wait_counts_where_both_ends_are_known() -> None:
    """What never arrived has no wait."""
    assert waits({"a": 1.0, "b": 2.0}, {"a": 4.0, "c": 9.0}) == [3.0]


def paced(calls: int, windows: int) -> list[float]:
    """Calls at an even pace, ``calls`` a window, and one at the very end."""
    gap = WINDOW / calls
    return [number * gap for number in range(calls * windows + 1)]


def test_a_limit_that_is_used_up_in_every_window_is_used_wholly() -> None:
    """The first window is start-up and does not count; nor does one that is not whole."""
    found = use(paced(50, 4), 50, WINDOW)
    assert (found.windows, found.calls, found.percent) == (3, 150, 100.0)


def test_bursts_at_the_start_of_each_window_count_as_much_as_an_even_pace() -> None:
    """A limit may be used at once."""
    bursts = [window * WINDOW for window in range(4) for _ in range(50)]
    assert use(bursts, 50, WINDOW).percent == 100.0


def test_a_pause_of_a_window_halves_the_use_of_two() -> None:
    """What was not used is missed."""
    times = [at for at in paced(50, 3) if not 2 * WINDOW <= at < 3 * WINDOW]
    assert use(times, 50, WINDOW).percent == 50.0


def test_without_a_whole_window_there_is_nothing_to_reckon() -> None:
    """Not even nought."""
    with pytest.raises(ValueError, match="no whole window"):
        steady(paced(50, 1), WINDOW)
    with pytest.raises(ValueError, match="no whole window"):
        use([], 50, WINDOW)


def test_how_full_calls_were() -> None:
    """Half-full batches are half."""
    assert fill(75, 3, 50) == 0.5
    assert fill(0, 0, 50) is None


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("/bin/python3 -P -m workers.sync sync-ghl --holder w-1", "workers.sync sync-ghl"),
        ("/bin/python3 -P -m alpha_swarm.cli.main sandbox --port 0", "sandbox"),
        ("/bin/python3 -P -m alpha_swarm.api", "api"),
        ("/opt/valkey-server --port 0", "valkey-server"),
        ("", "ended"),
    ],
)
def test_a_part_is_named_by_its_command_line(command: str, name: str) -> None:
    """Without options, so that equal parts have equal names."""
    assert part_name(command.split(" ")) == name


@pytest.fixture
def spinning() -> Generator[subprocess.Popen[bytes]]:
    """A process whose child computes until the end."""
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
    with subprocess.Popen([sys.executable, "-c", code]) as process:  # noqa: S603 - our own line
        yield process
        for pid in family(process.pid):
            if pid != process.pid:
                subprocess.run(["kill", str(pid)], check=True)  # noqa: S603, S607 - the child found above


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the files of Linux about processes")
def test_what_a_child_uses_is_counted(spinning: subprocess.Popen[bytes]) -> None:
    """The parent alone waits; the sum goes up by what its child computes."""
    while cpu_seconds(spinning.pid) < 0.3:
        assert spinning.poll() is None
    assert len(family(spinning.pid)) == 2
    assert all(one.peak_memory_mb >= one.memory_mb > 0 for one in family(spinning.pid).values())
