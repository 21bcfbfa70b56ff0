"""What an answer, or the lack of one, means for a call: the same whatever carried it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from alpha_swarm.connectors.calls import Answer, Call, Endpoint, Reply
from alpha_swarm.connectors.verdicts import Failure, malformed
from alpha_swarm.connectors.wire import UNSENDABLE, never_connected, parse_json, write_json
from alpha_swarm.errors import GiveUpError, NoAnswerError, OutcomeUnknownError, UnavailableError

if TYPE_CHECKING:
    from alpha_swarm.clock import Clock
    from alpha_swarm.errors import AlphaSwarmError


class Judging:
    """The verdicts of one endpoint."""

    def __init__(self, endpoint: Endpoint, clock: Clock) -> None:
        self._endpoint = endpoint
        self._clock = clock

    def accepted(self, call: Call, answer: Answer) -> Answer:
        """The answer, where the caller can make something of it.

        Raises:
            AlphaSwarmError: the verdict on any other.
        """
        if _is_success(answer.status) or answer.status in call.accept:
            return answer
        raise self.verdict(call, answer)

    def verdict(self, call: Call, answer: Answer) -> AlphaSwarmError:
        """The error for an answer that is no success."""
        failure = Failure(
            target=self._endpoint.target,
            operation=call.operation,
            status=answer.status,
            effect=call.effect,
            headers=answer.headers,
            body=answer.body,
            now=self._clock.now(),
        )
        return self._endpoint.verdicts.judge(failure)

    def answer(self, call: Call, reply: Reply) -> Answer:
        """An error may come without JSON, a success may not; nor may it be empty, unless it says so.

        Raises:
            AlphaSwarmError: no whole answer came, or none that can be read.
        """
        if reply.problem is not None:
            raise self._broken(call, reply.problem)
        status = reply.status or 0
        if call.raw and reply.body is not None and _is_success(status):
            return Answer(status, reply.headers, reply.body)
        try:
            parsed = parse_json(reply.body)
        except ValueError:
            parsed = None
        if not reply.body and status == HTTPStatus.NO_CONTENT:
            return Answer(status, reply.headers, None)
        if parsed is None and _is_success(status):
            raise self.malformed(call)
        return Answer(status, reply.headers, parsed)

    def malformed(self, call: Call) -> AlphaSwarmError:
        """The error for an answer whose shape is not as agreed."""
        return malformed(self._endpoint.target, call.operation, effect=call.effect)

    def written(self, call: Call) -> bytes | None:
        """The body to send.

        Raises:
            GiveUpError: it holds what JSON has no word for.
        """
        if call.json is None:
            return call.content
        try:
            return write_json(call.json)
        except (TypeError, ValueError):
            raise self._unsendable(call) from None

    def _broken(self, call: Call, problem: Exception) -> AlphaSwarmError:
        if never_connected(problem):
            return UnavailableError(f"{self._name(call)}: no connection")
        if isinstance(problem, UNSENDABLE):
            return self._unsendable(call)
        text = f"{self._name(call)}: no complete answer ({type(problem).__name__})"
        return OutcomeUnknownError(text) if call.effect else NoAnswerError(text)

    def _unsendable(self, call: Call) -> AlphaSwarmError:
        return GiveUpError(f"{self._name(call)}: the values cannot be sent", cause="invalid_input")

    def _name(self, call: Call) -> str:
        return f"{self._endpoint.target} {call.operation}"


def _is_success(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
