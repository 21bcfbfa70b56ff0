"""Tokens that replace each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest

from alpha_swarm.connectors.oauth import RefreshedKeys, keys_of
from alpha_swarm.connectors.oauth_client import OAuthClient
from alpha_swarm.errors import CredentialsRefusedError, RetryLaterError
from alpha_swarm.sealing import Seal
from tests.doubles import MemoryFacts, NoGate, StillClock
from tests.scripted_server import Asked, ScriptedServer, Told, scripted_server, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATH = "/oauth/token"
FIRST = "first"
SEAL = Seal(b"a key for tests", "OAuth tokens")
SPENT = told({"error": "invalid_grant", "error_description": "This refresh token is invalid"}, 400)


class Vendor:
    """Gives out pairs, each for the newest refresh token alone."""

    def __init__(self) -> None:
        self.newest = "first"
        self.number = 0

    def __call__(self, asked: Asked) -> Told:
        """The next pair."""
        form = dict(parse_qsl(asked.body.decode()))
        if form["refresh_token"] != self.newest:
            return SPENT
        self.number += 1
        self.newest = f"refresh-{self.number}"
        return told(
            {"access_token": f"access-{self.number}", "refresh_token": self.newest, "expires_in": 86399}
        )


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """The vendor."""
    with scripted_server() as server:
        server.answers("POST", PATH, Vendor())
        yield server


@pytest.fixture
def clock() -> StillClock:
    """Everybody's."""
    return StillClock()


@pytest.fixture
def facts() -> MemoryFacts:
    """What all processes know."""
    return MemoryFacts()


@pytest.fixture
def process(
    server: ScriptedServer, clock: StillClock, facts: MemoryFacts
) -> Iterator[Callable[..., RefreshedKeys]]:
    """Starts a process: ``process("refresh token")``."""
    opened: list[RefreshedKeys] = []

    def begin(token: str = FIRST, seal: Seal = SEAL) -> RefreshedKeys:
        client = OAuthClient(client_id="app", client_secret="hush", refresh_token=token, seal=seal)
        edge = (NoGate(), facts, clock)
        keys = keys_of(client, "ghl", (server.url, PATH), edge, {"user_type": "Location"})
        assert isinstance(keys, RefreshedKeys)
        opened.append(keys)
        return keys

    yield begin
    for keys in opened:
        keys.close()


def test_fixed_keys_stay_as_they_are() -> None:
    """Nobody is asked for others."""
    edge = (NoGate(), MemoryFacts(), StillClock())
    assert keys_of(("pit",), "ghl", ("https://ghl.example", PATH), edge) == ("pit",)


def test_the_first_refresh_token_buys_the_first_pair(
    process: Callable[..., RefreshedKeys], server: ScriptedServer
) -> None:
    """Form-encoded, without any key."""
    assert process().current == "access-1"
    (asked,) = server.asked
    assert dict(parse_qsl(asked.body.decode())) == {
        "grant_type": "refresh_token",
        "client_id": "app",
        "client_secret": "hush",
        "refresh_token": "first",
        "user_type": "Location",
    }
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in asked.headers


def test_what_is_kept_is_sealed(process: Callable[..., RefreshedKeys], facts: MemoryFacts) -> None:
    """Neither token stands there, nor the first one in the name."""
    _ = process().current
    assert not any(word in str(facts.facts) for word in ("access", "refresh-", "first"))


def test_all_processes_share_a_pair(process: Callable[..., RefreshedKeys], server: ScriptedServer) -> None:
    """Those that start later ask nobody."""
    assert {process().current for _ in range(3)} == {"access-1"}
    assert len(server.asked) == 1


def test_a_token_is_replaced_before_it_ends_and_once_for_all(
    process: Callable[..., RefreshedKeys], server: ScriptedServer, clock: StillClock
) -> None:
    """Four processes with four threads each find at the same time that theirs is about to end."""
    processes = [process() for _ in range(4)]
    assert {one.current for one in processes} == {"access-1"}
    clock.sleep(86399 - 60)
    with ThreadPoolExecutor(max_workers=16) as threads:
        tokens = set(threads.map(lambda one: one.current, processes * 4))
    assert tokens == {"access-2"}
    assert len(server.asked) == 2


def test_a_token_that_is_refused_is_replaced_once(
    process: Callable[..., RefreshedKeys], server: ScriptedServer, clock: StillClock
) -> None:
    """By whoever hears it first; the others take what he got. A fresh one is not to blame."""
    one, other = process(), process()
    assert (one.current, other.current) == ("access-1", "access-1")
    assert one.next_after("access-1") is None
    clock.sleep(61)
    assert one.next_after("access-1") == "access-2"
    assert other.next_after("access-1") == "access-2"
    assert one.next_after("access-1") == "access-2"
    assert len(server.asked) == 2


def test_a_pair_that_was_lost_ends_in_one_message(
    process: Callable[..., RefreshedKeys], server: ScriptedServer, clock: StillClock
) -> None:
    """A process died between the vendor's answer and our commit: nobody ever asks again."""
    server.answers("POST", PATH, SPENT)
    for _ in range(3):
        with pytest.raises(CredentialsRefusedError, match=r"connect the app anew .* GHL_REFRESH_TOKEN"):
            _ = process().current
        clock.sleep(86400)
    assert len(server.asked) == 1


def test_a_new_first_token_begins_anew(process: Callable[..., RefreshedKeys], server: ScriptedServer) -> None:
    """As the message said; a process that still has the old one does not get in its way."""
    server.answers("POST", PATH, SPENT, Vendor())
    old = process("lost")
    with pytest.raises(CredentialsRefusedError):
        _ = old.current
    new = process()
    assert new.current == "access-1"
    with pytest.raises(CredentialsRefusedError):
        _ = old.current
    assert new.current == "access-1"
    assert len(server.asked) == 2


def test_an_answer_that_was_lost_is_asked_for_again(
    process: Callable[..., RefreshedKeys], server: ScriptedServer
) -> None:
    """Perhaps it never came; if it did, the next refusal says so."""
    server.answers("POST", PATH, told({}, 502), SPENT)
    keys = process()
    with pytest.raises(RetryLaterError):
        _ = keys.current
    with pytest.raises(CredentialsRefusedError):
        _ = keys.current


@pytest.mark.parametrize("status", [400, 401, 403, 422])
def test_a_client_that_is_refused_blames_no_lead_and_spends_no_token(
    process: Callable[..., RefreshedKeys], server: ScriptedServer, facts: MemoryFacts, status: int
) -> None:
    """A person mends the secret; the refresh token is as good as before."""
    server.answers("POST", PATH, told({"error": "invalid_client"}, status))
    keys = process()
    with pytest.raises(CredentialsRefusedError, match="check GHL_CLIENT_ID and GHL_CLIENT_SECRET"):
        _ = keys.current
    assert facts.facts == {}


def test_a_vendor_whose_refresh_token_stays_is_asked_with_it_again(
    process: Callable[..., RefreshedKeys], server: ScriptedServer, clock: StillClock
) -> None:
    """As HubSpot's does; its own word for a spent one is understood, too."""
    kept = told({"access_token": "access", "expires_in": 1800})
    server.answers("POST", PATH, kept, kept, told({"status": "BAD_REFRESH_TOKEN"}, 400))
    keys = process()
    for _ in range(2):
        assert keys.current == "access"
        clock.sleep(1800)
    with pytest.raises(CredentialsRefusedError, match="connect the app anew"):
        _ = keys.current
    assert {dict(parse_qsl(asked.body.decode()))["refresh_token"] for asked in server.asked} == {"first"}


def test_tokens_that_another_key_sealed_are_told_of_with_the_remedy(
    process: Callable[..., RefreshedKeys], server: ScriptedServer
) -> None:
    """The vendor is not asked: the first token is spent in any case."""
    _ = process().current
    with pytest.raises(CredentialsRefusedError, match="another ALPHA_SWARM_KEY"):
        _ = process(seal=Seal(b"another key", "OAuth tokens")).current
    assert len(server.asked) == 1
