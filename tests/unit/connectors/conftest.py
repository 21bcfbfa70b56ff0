"""Both ways of sending a call, and somebody who answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.calls import Answer, Call, Endpoint
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.verdicts import VerdictTable
from tests.doubles import NoGate
from tests.scripted_server import ScriptedServer, scripted_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.doubles import ShutGate

Open = Callable[..., Http]
Send = Callable[[Http, Call], Answer]


def alone(http: Http, call: Call) -> Answer:
    """By itself."""
    return http.call(call)


def beside_others(http: Http, call: Call) -> Answer:
    """On an event loop; its verdict is raised, as with the other way."""
    (portion,) = http.each([call], 1)
    if isinstance(portion[0], Exception):
        raise portion[0]
    return portion[0]


@pytest.fixture(params=[alone, beside_others])
def send(request: pytest.FixtureRequest) -> Send:
    """Each way of sending a call."""
    way: Send = request.param
    return way


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """The other side."""
    with scripted_server() as server:
        yield server


@pytest.fixture
def open_http() -> Iterator[Open]:
    """Opens connections with short deadlines: ``open_http(base_url, keys=…, gate=…)``."""
    opened: list[Http] = []

    def begin(
        base_url: str, keys: tuple[str, ...] = ("current",), gate: NoGate | ShutGate | None = None
    ) -> Http:
        endpoint = Endpoint(
            target="clay", base_url=base_url, keys=keys, verdicts=VerdictTable({}), timeout=(1.0, 0.3)
        )
        opened.append(Http(endpoint, gate or NoGate(), SystemClock()))
        return opened[-1]

    yield begin
    for http in opened:
        http.close()
