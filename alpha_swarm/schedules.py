"""What is done again and again: run, by the clock or by hand, and shown."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from alpha_swarm.errors import AlphaSwarmError, RetryLaterError, UserError
from alpha_swarm.queueing.periodic import PERIODIC

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alpha_swarm.clock import Clock
    from alpha_swarm.ledger.ledger import SqlLedger

SWEEP = "sweep"
_SWEEP_SECONDS = 1
_ALL = (
    (SWEEP, _SWEEP_SECONDS, "send a hint for whatever is due"),
    *((one.name, one.seconds, one.what) for one in PERIODIC),
)
#: What comes to the same again is noted no more often.
_NOTED_SECONDS = 60.0
_WELL = "ok"
#: A schedule that has missed so many of its slots, and a minute of grace, is not run by anybody.
_MISSED = 3


class Schedules:
    """The periodic jobs of one process."""

    def __init__(self, ledger: SqlLedger, clock: Clock, acts: Mapping[str, Callable[[], object]]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._acts = acts
        self._noted: dict[str, tuple[float, str]] = {}

    def run(self, name: str) -> None:
        """Once, now.

        Raises:
            UserError: there is no such schedule.
        """
        act = self._acts.get(name)
        if act is None:
            raise UserError(f"there is no schedule {name}: take one of {', '.join(self._acts)}")
        try:
            act()
        except Exception as error:
            # A foreign error's text may quote a person.
            said = str(error) if isinstance(error, AlphaSwarmError) else type(error).__name__
            self._note(name, f"failed: {said}")
            raise
        self._note(name, _WELL)

    def shown(self) -> list[dict[str, Any]]:
        """``{name, every_seconds, what, last_run_at, last_result, next_at, overdue}`` of each.

        Moments are seconds since 1970; ``last_run_at`` is good to within a minute.
        """
        with self._ledger.read() as tx:
            last, now = tx.schedule_runs.last(), tx.schedule_runs.now
        return [
            {
                "name": name,
                "every_seconds": seconds,
                "what": what,
                "last_run_at": ran.at if ran else None,
                "last_result": ran.result if ran else None,
                "next_at": (now // seconds + 1) * seconds,
                "overdue": ran is not None and now - ran.at > _MISSED * seconds + _NOTED_SECONDS,
            }
            for name, seconds, what in _ALL
            for ran in [last.get(name)]
        ]

    def _note(self, name: str, result: str) -> None:
        now = self._clock.monotonic()
        at, before = self._noted.get(name, (float("-inf"), ""))
        if before == result and now - at < _NOTED_SECONDS:
            return
        # It is only for people to see.
        with suppress(RetryLaterError):
            with self._ledger.begin() as tx:
                tx.schedule_runs.note(name, result)
            self._noted[name] = (now, result)
