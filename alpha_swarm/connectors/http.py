"""The one HTTP session: gate, deadlines, caps and verdicts. It never repeats a call."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import requests
from pydantic import BaseModel, ValidationError
from urllib3.exceptions import HTTPError

from alpha_swarm.connectors.calls import Answer, Call, Endpoint
from alpha_swarm.connectors.keys import KeyRing
from alpha_swarm.connectors.verdicts import Failure, malformed
from alpha_swarm.connectors.wire import never_connected, new_session, parse_json
from alpha_swarm.errors import (
    GiveUpError,
    NotReadyError,
    OutcomeUnknownError,
    RetryLaterError,
    UnavailableError,
)
from alpha_swarm.fence import pass_fence
from alpha_swarm.ports.edge import Exchange, Passage

if TYPE_CHECKING:
    from alpha_swarm.clock import Clock
    from alpha_swarm.errors import AlphaSwarmError
    from alpha_swarm.ports.edge import Gate

Model = TypeVar("Model", bound=BaseModel)

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_CHUNK = 64 * 1024


class Http:
    """The session of one connector; safe to use from several threads."""

    def __init__(self, endpoint: Endpoint, gate: Gate, clock: Clock) -> None:
        parts = urlsplit(endpoint.base_url)
        loopback = parts.hostname in LOOPBACK
        if parts.scheme != "https" and not loopback:
            raise ValueError(f"the base URL of {endpoint.target} must start with https://")
        self._endpoint = endpoint
        self._gate = gate
        self._clock = clock
        self._keys = KeyRing(endpoint.keys)
        self._session = new_session(endpoint.pool, use_proxies=not loopback)

    def call(self, call: Call) -> Answer:
        """Send it once.

        Raises:
            RateLimitedError: our own limit or theirs; nothing took effect.
            UnavailableError: no connection, so nothing was sent.
            RetryLaterError: no usable answer to a call that may be repeated.
            OutcomeUnknownError: no usable answer to a call with an effect.
            HaltError: keys, quota or address; see its kinds.
            GiveUpError: refused as it stands.
        """
        answer = self._with_either_key(call)
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

    def parsed(self, call: Call, answer: Answer, model: type[Model]) -> Model:
        """The answer in the shape that the connector counts on; any other is like an answer that was lost."""
        try:
            return model.model_validate(answer.body)
        except ValidationError:
            raise self.malformed(call) from None

    def malformed(self, call: Call) -> AlphaSwarmError:
        """The error for an answer whose shape is not as agreed."""
        return malformed(self._endpoint.target, call.operation, effect=call.effect)

    def _with_either_key(self, call: Call) -> Answer:
        """A 401 comes before anything took effect, so the call is safe to send again with the next key."""
        key = self._keys.current
        answer = self._once(call, key)
        if answer.status != HTTPStatus.UNAUTHORIZED:
            return answer
        other = self._keys.next_after(key)
        return answer if other is None else self._once(call, other)

    def _once(self, call: Call, key: str) -> Answer:
        passage = Passage(target=self._endpoint.target, limit=call.limit, records=call.records)
        self._gate.enter(passage)
        started = self._clock.monotonic()
        answer: Answer | None = None
        silent = False
        try:
            answer = self._exchange(call, key, started)
        except (RetryLaterError, OutcomeUnknownError) as error:
            silent = not isinstance(error, NotReadyError)
            raise
        else:
            return answer
        finally:
            self._gate.leave(passage, self._how_it_went(answer, started, asked=silent or answer is not None))

    def _how_it_went(self, answer: Answer | None, started: float, *, asked: bool) -> Exchange:
        seconds = self._clock.monotonic() - started
        if answer is None:
            return Exchange(status=None, seconds=seconds, headers={}, asked=asked)
        return Exchange(status=answer.status, seconds=seconds, headers=answer.headers)

    def _exchange(self, call: Call, key: str, started: float) -> Answer:
        """Send and read. The error is raised outside of ``except``: theirs quotes the URL with its query."""
        # The gate may have taken its time, and a process may be frozen anywhere.
        pass_fence()
        try:
            with self._send(call, key) as response:
                body = self._read(call, response, started)
        except (requests.RequestException, HTTPError) as problem:
            error = self._broken(call, problem)
        else:
            return self._answer(call, response, body)
        raise error

    def _send(self, call: Call, key: str) -> requests.Response:
        return self._session.request(
            call.method,
            self._endpoint.base_url.rstrip("/") + call.path,
            json=call.json,
            params=call.params,
            headers={**self._endpoint.headers, **call.headers, "Authorization": f"Bearer {key}"},
            timeout=call.timeout or self._endpoint.timeout,
            allow_redirects=False,
            stream=True,
        )

    def _read(self, call: Call, response: requests.Response, started: float) -> bytes | None:
        """The body, or ``None`` when it is larger than the cap."""
        _, seconds = call.timeout or self._endpoint.timeout
        body = bytearray()
        # read1 hands over whatever has come, so that a trickle cannot outlast the deadline.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > call.cap:
                return None
            if self._clock.monotonic() - started > seconds:
                raise requests.ReadTimeout
        return bytes(body)

    def _answer(self, call: Call, response: requests.Response, body: bytes | None) -> Answer:
        """An error may come without JSON, a success may not; nor may it be empty, unless it says so."""
        status = response.status_code
        try:
            parsed = parse_json(body)
        except ValueError:
            parsed = None
        if not body and status == HTTPStatus.NO_CONTENT:
            return Answer(status, response.headers, None)
        if parsed is None and _is_success(status):
            raise self.malformed(call)
        return Answer(status, response.headers, parsed)

    def _broken(self, call: Call, problem: Exception) -> AlphaSwarmError:
        name = f"{self._endpoint.target} {call.operation}"
        if never_connected(problem):
            return UnavailableError(f"{name}: no connection")
        if isinstance(problem, requests.exceptions.InvalidJSONError | requests.exceptions.InvalidHeader):
            return GiveUpError(f"{name}: the values cannot be sent", cause="invalid_input")
        text = f"{name}: no complete answer ({type(problem).__name__})"
        return OutcomeUnknownError(text) if call.effect else RetryLaterError(text)


def _is_success(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
