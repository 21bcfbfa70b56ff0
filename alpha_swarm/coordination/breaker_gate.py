"""A gate with breakers before it: while all is well it answers from memory."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.coordination.breaker_memory import Memory
from alpha_swarm.domain.calls.breaker import BreakerState, Ending
from alpha_swarm.errors import BreakerOpenError, NotReadyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.clock import Clock
    from alpha_swarm.coordination.breaker import Act, Answer, Breakers
    from alpha_swarm.ports.edge import Exchange, Gate, Passage

log = structlog.get_logger(__name__)

#: While one call tries for all, the others ask again so often.
PROBING_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Permit:
    """What a call was let through by; only a probe has a token."""

    round: int
    token: str = ""


class BreakerGate:
    """Asks the breaker, then the gate behind it."""

    def __init__(self, breakers: Breakers, inner: Gate, clock: Clock) -> None:
        self._breakers = breakers
        self._inner = inner
        self._clock = clock
        self._memories: defaultdict[str, Memory] = defaultdict(Memory)
        # Calls of many threads and tasks are under way at once, each with a passage of its own.
        self._permits: dict[int, _Permit] = {}

    def enter(self, passage: Passage) -> None:
        """Let the call through, and wait where the gate behind says so.

        Raises what :meth:`waits` does.
        """
        for seconds in self.waits(passage):
            self._clock.sleep(seconds)

    def waits(self, passage: Passage) -> Iterator[float]:
        """Let the call through, or say when to ask again; a refusal further on gives the permit back.

        Raises:
            BreakerOpenError: too many calls failed, or one call tries for all just now.
            NotReadyError: it is not known how the breaker stands.
            RateLimitedError: the gate behind has no room.
        """
        permit = self._permit(passage.target)
        try:
            yield from self._inner.waits(passage)
        except BaseException:
            self._end(passage.target, permit, Ending.IGNORED, slow=False)
            raise
        self._permits[id(passage)] = permit

    def leave(self, passage: Passage, exchange: Exchange) -> None:
        """Count how it went."""
        permit = self._permits.pop(id(passage))
        rules = self._breakers.rules
        ending = rules.ending(exchange.status, exchange.seconds) if exchange.asked else Ending.IGNORED
        self._end(passage.target, permit, ending, slow=rules.slow(exchange.seconds))
        self._inner.leave(passage, exchange)

    def _permit(self, target: str) -> _Permit:
        memory = self._memories[target]
        known = memory.closed_round(self._clock.monotonic())
        if known is not None:
            return _Permit(known)
        token = secrets.token_hex(8)
        answer = self._ask(target, "enter", token)
        if not answer.may_go:
            raise BreakerOpenError(_reason(target, answer), _seconds(answer))
        return _Permit(answer.round, "" if answer.state is BreakerState.CLOSED else token)

    def _end(self, target: str, permit: _Permit, ending: Ending, *, slow: bool) -> None:
        try:
            if permit.token:
                failed = slow and ending is Ending.OK
                self._ask(target, Ending.FAILED.value if failed else ending.value, permit.token)
            elif ending is not Ending.IGNORED and self._memories[target].count(
                permit.round, self._clock.monotonic(), failed=ending is Ending.FAILED, slow=slow
            ):
                self._ask(target, "report")
        except NotReadyError:
            log.warning("breaker_not_told", target=target)

    def _ask(self, target: str, act: Act, token: str = "") -> Answer:
        memory = self._memories[target]
        asked = self._clock.monotonic()
        tally = memory.take(asked)
        try:
            answer = self._breakers.act(target, act, token, tally)
        except NotReadyError:
            memory.away(self._clock.monotonic())
            raise
        memory.learn(answer, asked)
        if answer.turned:
            log.warning("breaker_turned", target=target, state=answer.state.value)
        return answer


def _seconds(answer: Answer) -> float:
    return answer.wait if answer.state is BreakerState.OPEN else min(answer.wait, PROBING_SECONDS)


def _reason(target: str, answer: Answer) -> str:
    if answer.state is BreakerState.OPEN:
        return f"{target}: too many calls failed or took too long; it is tried again by itself"
    return f"{target}: one call tries whether it works again"
