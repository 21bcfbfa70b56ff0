"""How Salesforce's tokens are got, and got anew."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from alpha_swarm.connectors.salesforce.facts import audience
from alpha_swarm.connectors.salesforce.settings import SalesforceConfig
from alpha_swarm.errors import CredentialsRefusedError, RetryLaterError
from tests.contract.salesforce import end_sessions, org, salesforce
from tests.contract.salesforce_judge import SalesforceJudge

if TYPE_CHECKING:
    from pathlib import Path

    from alpha_swarm.connectors.salesforce.crm import Salesforce
    from tests.contract.sandbox import Sandbox

CLIENT: dict[str, Any] = {"keys": (), "client_id": "client", "client_secret": "s3cr3t"}
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ENCODING = serialization.Encoding.PEM


@pytest.fixture(autouse=True)
def judge(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> SalesforceJudge:
    """Before every request: the token's door is shown no token, all others are."""
    judge = SalesforceJudge(sandbox.url)
    judge.install(monkeypatch)
    return judge


@pytest.fixture
def key_file(sandbox: Sandbox, tmp_path: Path) -> Path:
    """Our key, whose other half the org has."""
    public = KEY.public_key().public_bytes(ENCODING, serialization.PublicFormat.SubjectPublicKeyInfo)
    org(sandbox, public_key=public.decode())
    file = tmp_path / "key.pem"
    file.write_bytes(
        KEY.private_bytes(ENCODING, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


def asserting(key_file: Path) -> dict[str, Any]:
    """A client that signs."""
    return {
        "keys": (),
        "client_id": "client",
        "username": "u@works.example",
        "private_key_file": key_file,
    }


def tokens(sandbox: Sandbox) -> int:
    """How many were asked for."""
    asked: int = sandbox.ledger()["salesforce"]["calls"].get("token", 0)
    return asked


def checked(crm: Salesforce) -> bool:
    """Whether the org answers."""
    try:
        return crm.check().startswith("salesforce answers")
    finally:
        crm.close()


def test_a_token_is_minted_by_the_clients_secret(sandbox: Sandbox) -> None:
    """Once for all calls."""
    assert checked(salesforce(sandbox, **CLIENT))
    assert tokens(sandbox) == 1


def test_a_token_is_minted_by_a_signed_assertion(sandbox: Sandbox, key_file: Path) -> None:
    """The org holds the signature against our public key."""
    assert checked(salesforce(sandbox, **asserting(key_file)))


def test_an_assertion_by_another_key_is_refused(sandbox: Sandbox, key_file: Path) -> None:
    """It needs a person."""
    org(sandbox, public_key="-----BEGIN PUBLIC KEY-----\nnone\n-----END PUBLIC KEY-----")
    with pytest.raises(CredentialsRefusedError, match="mint token answered 400 invalid_grant"):
        salesforce(sandbox, **asserting(key_file)).check()


@pytest.mark.parametrize(
    "content", ["", "no key", "-----BEGIN PRIVATE KEY-----\nno key\n-----END PRIVATE KEY-----"]
)
def test_a_file_without_a_key_is_named_and_not_quoted(sandbox: Sandbox, key_file: Path, content: str) -> None:
    """By its variable."""
    key_file.write_text(content)
    with pytest.raises(CredentialsRefusedError, match="SALESFORCE_PRIVATE_KEY_FILE") as refused:
        salesforce(sandbox, **asserting(key_file)).check()
    assert "no key" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_when_the_session_ends_the_call_goes_with_another_token(sandbox: Sandbox) -> None:
    """Nobody notices."""
    crm = salesforce(sandbox, **CLIENT)
    crm.check()
    end_sessions(sandbox)
    assert checked(crm)
    assert tokens(sandbox) == 2


def test_many_threads_mint_one_token(sandbox: Sandbox) -> None:
    """At the start, and when the session ends among all of them."""
    crm = salesforce(sandbox, **CLIENT)
    for expected in (1, 2):
        threads = [threading.Thread(target=crm.find, args=("p@works.example", None)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert tokens(sandbox) == expected
        end_sessions(sandbox)
    crm.close()


def test_a_token_that_is_refused_anew_halts(sandbox: Sandbox) -> None:
    """The second 401 is the verdict."""
    crm = salesforce(sandbox, **CLIENT)
    sandbox.fault("salesforce", "describe", "status", status=401)
    with pytest.raises(CredentialsRefusedError):
        crm.check()
    crm.close()
    assert sandbox.ledger()["salesforce"]["calls"]["describe"] == 2


def test_a_token_that_was_handed_to_us_is_not_minted_anew(sandbox: Sandbox) -> None:
    """A person hands us another."""
    sandbox.fault("salesforce", "describe", "status", status=401)
    with pytest.raises(CredentialsRefusedError, match="replace the key"):
        salesforce(sandbox).check()
    assert tokens(sandbox) == 0


def test_a_door_that_is_shut_is_knocked_at_later(sandbox: Sandbox) -> None:
    """No token is no refusal."""
    sandbox.fault("salesforce", "token", "status", status=503)
    with pytest.raises(RetryLaterError):
        salesforce(sandbox, **CLIENT).check()


def test_no_secret_shows_when_the_settings_are_printed() -> None:
    """Neither token nor secret."""
    config = SalesforceConfig(instance_url="https://a.example", keys=("t0k3n",), client_secret="s3cr3t")
    assert "t0k3n" not in repr(config)
    assert "s3cr3t" not in repr(config)


def test_assertions_are_addressed_to_the_login_of_the_orgs_kind() -> None:
    """The vendor's sandboxes have one of their own."""
    assert audience("https://works.my.salesforce.com") == "https://login.salesforce.com"
    assert audience("https://works--dev.sandbox.my.salesforce.com") == "https://test.salesforce.com"
