"""The other side, and the two ways to send."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.calls import Answer, Call, Endpoint
from alpha_swarm.connectors.ghl import mapping as ghl_mapping
from alpha_swarm.connectors.ghl.crm import Ghl
from alpha_swarm.connectors.ghl.settings import GhlConfig
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.hubspot import mapping as hubspot_mapping
from alpha_swarm.connectors.hubspot.crm import HubSpot
from alpha_swarm.connectors.hubspot.settings import HubSpotConfig
from alpha_swarm.connectors.verdicts import VerdictTable
from tests.doubles import MemoryFacts, NoGate, ShutGate, StillClock
from tests.scripted_server import ScriptedServer, scripted_server, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.connectors.sending import Open, Send


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
def facts() -> MemoryFacts:
    """A location and a portal that have all fields."""
    facts = MemoryFacts()
    facts.put("ghl.custom_fields:loc", json.dumps({name: f"id-{name}" for name in ghl_mapping.CUSTOM}))
    facts.put("hubspot.properties", json.dumps([*hubspot_mapping.STANDARD, *hubspot_mapping.CUSTOM]))
    return facts


@pytest.fixture
def ghl(server: ScriptedServer, facts: MemoryFacts) -> Iterator[Ghl]:
    """The connector to that location."""
    crm = Ghl(GhlConfig(keys=("pit",), location_id="loc", base_url=server.url), NoGate(), facts, StillClock())
    yield crm
    crm.close()


@pytest.fixture
def hubspot(server: ScriptedServer, facts: MemoryFacts) -> Iterator[HubSpot]:
    """The connector to that portal, which knows nobody."""
    server.answers("POST", "/crm/objects/2026-03/contacts/batch/read", told({"results": []}))
    crm = HubSpot(HubSpotConfig(keys=("pat",), base_url=server.url), NoGate(), facts, StillClock())
    yield crm
    crm.close()


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
