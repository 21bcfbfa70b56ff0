"""Connectors whose tokens are had for an app, against a vendor that ends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.ghl.crm import Ghl
from alpha_swarm.connectors.ghl.settings import GhlConfig
from alpha_swarm.connectors.hubspot.crm import HubSpot
from alpha_swarm.connectors.hubspot.settings import HubSpotConfig
from alpha_swarm.connectors.oauth_client import OAuthClient
from alpha_swarm.domain.calls.effect import Done
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import CredentialsRefusedError
from alpha_swarm.ports.crm import Contact
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from alpha_swarm.sealing import Seal
from tests.doubles import MemoryFacts, NoGate
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alpha_swarm.ports.crm import Crm

TOKENS = frozenset({"first"})


@pytest.fixture(scope="module")
def vendor() -> Iterator[str]:
    """Takes no fixed key."""
    settings = SandboxSettings(
        limits=False,
        ghl_api_keys=frozenset({"none of ours"}),
        ghl_refresh_tokens=TOKENS,
        hubspot_access_tokens=frozenset({"none of ours"}),
        hubspot_refresh_tokens=TOKENS,
    )
    with running(settings) as url:
        yield url


def app(refresh_token: str) -> OAuthClient:
    """Ours."""
    seal = Seal(b"a key for tests", "tokens")
    return OAuthClient(client_id="app", client_secret="hush", refresh_token=refresh_token, seal=seal)


def ghl(url: str, client: OAuthClient, facts: MemoryFacts) -> Crm:
    """GoHighLevel."""
    config = GhlConfig(keys=client, location_id="location", base_url=f"{url}/ghl")
    return Ghl(config, NoGate(), facts, SystemClock())


def hubspot(url: str, client: OAuthClient, facts: MemoryFacts) -> Crm:
    """HubSpot."""
    return HubSpot(HubSpotConfig(keys=client, base_url=f"{url}/hubspot"), NoGate(), facts, SystemClock())


@pytest.mark.parametrize("connect", [ghl, hubspot])
def test_contacts_are_written_with_tokens_that_were_had(
    connect: Callable[[str, OAuthClient, MemoryFacts], Crm], vendor: str
) -> None:
    """Two processes, one pair of tokens."""
    facts = MemoryFacts()
    for number in range(2):
        crm = connect(vendor, app("first"), facts)
        fields = crm.fields({"email": f"p{number}@works.example"})
        contact = Contact(lead_id=str(number), fields=fields, priority=Priority.BULK)
        assert isinstance(upserted(crm, [contact])[str(number)], Done)
        crm.close()


@pytest.mark.parametrize("connect", [ghl, hubspot])
def test_a_refresh_token_that_nobody_knows_is_a_persons_affair(
    connect: Callable[[str, OAuthClient, MemoryFacts], Crm], vendor: str
) -> None:
    """The target is paused with the remedy, and no contact is to blame."""
    crm = connect(vendor, app("unknown"), MemoryFacts())
    contact = Contact(lead_id="a", fields=crm.fields({"email": "p@works.example"}), priority=Priority.BULK)
    with pytest.raises(CredentialsRefusedError, match="connect the app anew"):
        upserted(crm, [contact])
    crm.close()
