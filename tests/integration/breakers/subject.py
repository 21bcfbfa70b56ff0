"""The breaker with a clock that the test sets: the very script, with the time handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from alpha_swarm.coordination.breaker import SCRIPT, Answer, Breakers, Tally
from alpha_swarm.domain.calls.breaker import BreakerRules, Ending

if TYPE_CHECKING:
    from redis import Redis

    from alpha_swarm.domain.calls.breaker import BreakerState
    from tests.doubles import StillClock

#: Some moment, so that the breaker's own times look like real ones.
EPOCH = 1_800_000_000.0


class VirtualBreakers(Breakers):
    """Breakers by the clock of a test."""

    def __init__(self, connection: Redis, clock: StillClock, rules: BreakerRules | None = None) -> None:
        super().__init__(connection, rules)
        assert SCRIPT.count("redis.call('TIME')") == 1
        script = connection.register_script(SCRIPT.replace("redis.call('TIME')", "{ARGV[14], ARGV[15]}"))
        self.questions = 0

        def run(keys: list[str], args: list[Any]) -> Any:
            self.questions += 1
            seconds, microseconds = divmod(round((EPOCH + clock.monotonic()) * 1e6), 1_000_000)
            return script(keys=keys, args=[*args, seconds, microseconds])

        self._run = run  # type: ignore[assignment]  # what a script is called with


class Subject:
    """One target, and calls to it that end as the test says."""

    def __init__(self, breakers: VirtualBreakers, clock: StillClock) -> None:
        self.breakers = breakers
        self.clock = clock
        self.target = uuid4().hex

    @property
    def state(self) -> BreakerState:
        """How its breaker stands."""
        return self.breakers.state(self.target)

    def ask(self, by: str = "mine") -> Answer:
        """Whether a call may go."""
        return self.breakers.act(self.target, "enter", by)

    def tell(self, number: int, ending: Ending = Ending.OK, *, times: int = 1, slow: bool = False) -> Answer:
        """Calls of that round have ended."""
        failed = times if ending is Ending.FAILED else 0
        return self.breakers.act(
            self.target, "report", "", Tally(number, times, failed, times if slow else 0)
        )

    def end(self, ending: Ending, by: str = "mine") -> Answer:
        """A probe has ended."""
        return self.breakers.act(self.target, ending.value, by)

    def call(self, ending: Ending = Ending.OK, times: int = 1, *, slow: bool = False) -> None:
        """So many whole calls, of which each must be let through."""
        for _ in range(times):
            answer = self.ask()
            assert answer.may_go
            if answer.state == "half_open":
                self.end(ending)
            elif ending is not Ending.IGNORED:
                self.tell(answer.round, ending, slow=slow)

    def break_it(self) -> None:
        """Ten failures: it opens."""
        self.tell(self.ask().round, Ending.FAILED, times=100)
        assert self.state == "open"

    def wait(self, seconds: float) -> None:
        """So much time passes."""
        self.clock.sleep(seconds)
