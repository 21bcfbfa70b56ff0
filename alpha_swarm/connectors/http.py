"""The one way out by HTTP: gate, deadlines, caps and verdicts. It never repeats a call."""

from __future__ import annotations

import asyncio
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from aiohttp import ClientTimeout
from pydantic import BaseModel, ValidationError
from yarl import URL

from alpha_swarm.connectors import wire
from alpha_swarm.connectors.judging import Judging
from alpha_swarm.connectors.keys import KeyRing
from alpha_swarm.connectors.passing import Passing
from alpha_swarm.connectors.side_by_side import SideBySide
from alpha_swarm.errors import STOPPING, AlphaSwarmError
from alpha_swarm.ports.edge import Passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aiohttp import ClientSession

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.calls import Answer, Call, Endpoint
    from alpha_swarm.ports.edge import Gate

Model = TypeVar("Model", bound=BaseModel)

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Http:
    """The connections of one connector; safe to use from several threads."""

    def __init__(self, endpoint: Endpoint, gate: Gate, clock: Clock) -> None:
        parts = urlsplit(endpoint.base_url)
        loopback = parts.hostname in LOOPBACK
        if parts.scheme != "https" and not loopback:
            raise ValueError(f"the base URL of {endpoint.target} must start with https://")
        self._endpoint = endpoint
        self._gate = gate
        self._clock = clock
        self._judging = Judging(endpoint, clock)
        self._keys = KeyRing(endpoint.keys) if isinstance(endpoint.keys, tuple) else endpoint.keys
        self._session = wire.new_session(endpoint.pool, use_proxies=not loopback)
        self._side_by_side = SideBySide()
        self._proxy = None if loopback else wire.proxy_of(endpoint.base_url)

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
        key = self._keys.current
        answer = self._once(call, key)
        other = self._other_key(answer, key)
        return self._judging.accepted(call, answer if other is None else self._once(call, other))

    def each(self, calls: Sequence[Call], at_once: int) -> Iterator[dict[int, Answer | AlphaSwarmError]]:
        """Send each once, several at a time: place → answer or verdict, in portions as they come.

        After a verdict on the target as a whole what was not sent yet gets the same one unsent.
        """
        stops: list[AlphaSwarmError] = []
        acts = [partial(self._judged, call, stops) for call in calls]
        return self._side_by_side.portions(acts, at_once)

    def verdict(self, call: Call, answer: Answer) -> AlphaSwarmError:
        """The error for an answer that is no success."""
        return self._judging.verdict(call, answer)

    def parsed(self, call: Call, answer: Answer, model: type[Model]) -> Model:
        """The answer in the shape that the connector counts on; any other is like an answer that was lost."""
        try:
            return model.model_validate(answer.body)
        except ValidationError:
            raise self.malformed(call) from None

    def malformed(self, call: Call) -> AlphaSwarmError:
        """The error for an answer whose shape is not as agreed."""
        return self._judging.malformed(call)

    def _other_key(self, answer: Answer, key: str) -> str | None:
        """A 401 comes before anything took effect, so the call is safe to send again with the next key."""
        return self._keys.next_after(key) if answer.status == HTTPStatus.UNAUTHORIZED else None

    async def _judged(
        self, call: Call, stops: list[AlphaSwarmError], session: ClientSession
    ) -> Answer | AlphaSwarmError:
        if stops:
            return stops[0]
        try:
            key = self._keys.current
            answer = await self._once_by(session, call, key)
            other = self._other_key(answer, key)
            answer = answer if other is None else await self._once_by(session, call, other)
            return self._judging.accepted(call, answer)
        except AlphaSwarmError as error:
            stops += [error] if isinstance(error, STOPPING) else []
            return error

    def close(self) -> None:
        """Close all connections; the next call opens its own."""
        self._session.close()
        self._side_by_side.close()
        self._keys.close()

    def _once(self, call: Call, key: str) -> Answer:
        connect, whole = call.timeout or self._endpoint.timeout
        passage = self._passage(call)
        self._gate.enter(passage)
        with Passing(self._gate, self._clock, passage) as reply:
            request = {**self._request(call, key), "timeout": (connect, whole), "stream": True}
            end = self._clock.monotonic() + whole
            with self._session.request(url=self._url(call), **request) as response:
                body = wire.read(response, call.cap, lambda: self._clock.monotonic() > end)
                reply.heard(response.status_code, response.headers, body)
        return self._judging.answer(call, reply)

    async def _once_by(self, session: ClientSession, call: Call, key: str) -> Answer:
        connect, whole = call.timeout or self._endpoint.timeout
        passage = self._passage(call)
        for seconds in self._gate.waits(passage):
            await asyncio.sleep(seconds)
        with Passing(self._gate, self._clock, passage) as reply:
            timeout = ClientTimeout(total=whole, sock_connect=connect)
            request = {**self._request(call, key), "timeout": timeout, "proxy": self._proxy}
            async with session.request(url=URL(self._url(call), encoded=True), **request) as response:
                body = await wire.read_async(response, call.cap)
                reply.heard(response.status, response.headers, body)
        return self._judging.answer(call, reply)

    def _passage(self, call: Call) -> Passage:
        return Passage(target=self._endpoint.target, limit=call.limit, records=call.records)

    def _url(self, call: Call) -> str:
        return self._endpoint.base_url.rstrip("/") + call.path

    def _request(self, call: Call, key: str) -> dict[str, Any]:
        body = {} if call.json is None else {"Content-Type": "application/json"}
        return {
            "method": call.method,
            "data": self._judging.written(call),
            "params": call.params,
            "headers": {
                **body,
                **self._endpoint.headers,
                **call.headers,
                **self._endpoint.credentials(key),
            },
            "allow_redirects": False,
        }
