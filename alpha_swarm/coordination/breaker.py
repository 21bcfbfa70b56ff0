"""The breakers of all targets, shared by all processes: error and slow-call rates by the server's clock."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from redis.exceptions import RedisError

from alpha_swarm.domain.calls.breaker import BreakerRules, BreakerState
from alpha_swarm.errors import NotReadyError

if TYPE_CHECKING:
    from redis import Redis

SCRIPT = files("alpha_swarm.coordination").joinpath("breaker.lua").read_text(encoding="utf-8")

#: The braces keep it on the node of a cluster where the gate's other keys are.
KEY = "alpha-swarm:{gate}:breakers"
UNREACHABLE_SECONDS = 2.0

Act: TypeAlias = Literal["enter", "report", "ok", "failed", "ignored", "retry", "look"]


class Tally(NamedTuple):
    """Calls that have ended, of one round."""

    round: int = 0
    calls: int = 0
    failed: int = 0
    slow: int = 0


class Answer(NamedTuple):
    """How a breaker stands."""

    may_go: bool
    state: BreakerState
    round: int
    """Grows with each change; outcomes of calls that were let through in an earlier one don't count."""
    wait: float
    """Seconds until it is worth asking again."""
    turned: bool
    """Whether this very question opened or closed it."""


NOTHING = Tally()


def inaugurate_breakers(connection: Redis) -> None:
    """Declare that no breaker was ever open, so that the first calls need not go one by one.

    Only for a new installation: without it, as after a loss of all keys, each target is tried by one call.
    """
    connection.hsetnx(KEY, "whole", "1")


class Breakers:
    """Asks and tells in one round trip; what Redis loses makes them stricter, never looser."""

    def __init__(self, connection: Redis, rules: BreakerRules | None = None) -> None:
        self.rules = rules or BreakerRules()
        self._run = connection.register_script(SCRIPT)

    def act(self, target: str, act: Act, token: str = "", tally: Tally = NOTHING) -> Answer:
        """Tell what has ended, and what becomes of a call or a probe.

        Args:
            target: whose breaker.
            act: as the script says.
            token: of the probe that is asked for or has ended.
            tally: what has ended since the last question.

        Raises:
            NotReadyError: Redis cannot be asked.
        """
        try:
            answer = self._run(keys=[KEY], args=[target, act, token, *tally, *_arguments(self.rules)])
        except RedisError as error:
            raise NotReadyError(
                f"the breaker of {target} cannot be asked: Redis is out of reach", after=UNREACHABLE_SECONDS
            ) from error
        may_go, state, number, wait, turned = answer
        return Answer(bool(may_go), BreakerState(state.decode()), number, wait / 1000, bool(turned))

    def state(self, target: str) -> BreakerState:
        """How it stands; raises like :meth:`act`."""
        return self.act(target, "look").state


def _arguments(rules: BreakerRules) -> list[float]:
    return [
        round(rules.window_seconds * 1000),
        rules.volume,
        rules.failed_percent,
        rules.slow_percent,
        round(rules.open_seconds * 1000),
        round(rules.probe_seconds * 1000),
    ]
