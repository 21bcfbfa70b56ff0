"""A refresh token that is good for once, and several processes that want its successor at the same time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.ghl import facts
from alpha_swarm.connectors.oauth import RefreshedKeys, keys_of
from alpha_swarm.connectors.oauth_client import OAuthClient
from alpha_swarm.errors import NotReadyError
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from alpha_swarm.sealing import Seal
from tests.contract.sandbox import Sandbox
from tests.doubles import NoGate
from tests.integration.ledger.actors import config
from tests.integration.together import in_processes

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Short enough that the tokens end several times meanwhile, of the sandbox's real time.
LIFE = 1.0
ROUNDS = 40


def tokens(database_url: str, vendor: str, _number: int) -> list[str]:
    """What one process shows, call after call; whoever is told to wait comes back."""
    ledger = SqlLedger(config(database_url))
    client = OAuthClient(
        client_id="app", client_secret="hush", refresh_token="first", seal=Seal(b"a key for tests", "tokens")
    )
    address = (vendor, facts.TOKEN_PATH)
    edge = (NoGate(), ledger.facts, SystemClock())
    keys = keys_of(client, "ghl", address, edge, facts.TOKEN_FORM)
    assert isinstance(keys, RefreshedKeys)
    try:
        return list(_shown(keys))
    finally:
        keys.close()
        ledger.close()


def _shown(keys: RefreshedKeys) -> Iterator[str]:
    for _ in range(ROUNDS):
        try:
            yield keys.current
        except NotReadyError:
            yield ""
        time.sleep(LIFE / 10)  # the vendor's time is what ends the tokens


def test_no_refresh_token_is_ever_shown_twice(database_url: str) -> None:
    """The sandbox refuses one that is; then nobody would have a token any more."""
    settings = SandboxSettings(limits=False, ghl_token_seconds=LIFE, ghl_refresh_tokens=frozenset({"first"}))
    with running(settings) as url:
        shown = in_processes(tokens, [(database_url, f"{url}/ghl", number) for number in range(4)])
        sandbox = Sandbox(url)
        refreshes = sandbox.ledger()["ghl"]["calls"]["refreshToken"]
        sandbox.close()
    seen = {token for one in shown for token in one if token}
    assert len(seen) == refreshes >= 3
    assert all(any(one) for one in shown)
