"""Tokens, versions, limits, and what describe tells."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from tests.sandbox.client import Client
    from tests.sandbox.salesforce.org import OrgClient

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLIENT = {"grant_type": "client_credentials", "client_id": "id", "client_secret": "secret"}
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = (
    KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


def ask(sandbox: Client, form: dict[str, str]) -> requests.Response:
    """Knock at the token door."""
    address = f"{sandbox.base}/salesforce/services/oauth2/token"
    return sandbox.session.post(address, data=form, timeout=60)


def assertion(key: rsa.RSAPrivateKey = KEY, **claims: Any) -> dict[str, str]:
    """A form with a signed assertion."""
    usual = {
        "iss": "id",
        "sub": "u@a.example",
        "aud": "https://login.salesforce.com",
        "exp": time.time() + 60,
    }
    return {"grant_type": JWT_BEARER, "assertion": jwt.encode(usual | claims, key, algorithm="RS256")}


def test_a_token_is_minted_and_ends(org: OrgClient) -> None:
    """Then every call is a 401 with the session's code, in an array."""
    token = ask(org.sandbox, CLIENT).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert org.call("GET", "/limits", headers=bearer).status_code == 200
    org.sandbox.admin("DELETE", "/salesforce/sessions")
    ended = org.call("GET", "/limits", headers=bearer)
    assert (ended.status_code, ended.json()[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


def test_an_assertion_is_checked(org: OrgClient) -> None:
    """Its signature, its audience, its end, its claims."""
    org.sandbox.admin("POST", "/salesforce/org", {"public_key": PUBLIC})
    assert ask(org.sandbox, assertion()).status_code == 200
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for form in (
        assertion(other),
        assertion(aud="https://works.my.salesforce.com"),
        assertion(exp=time.time() + 600),
        assertion(exp=time.time() - 1),
        assertion(sub=None),
        {"grant_type": JWT_BEARER, "assertion": "none"},
    ):
        assert ask(org.sandbox, form).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "form", [{}, CLIENT | {"client_secret": ""}, CLIENT | {"client_id": ""}, {"grant_type": "password"}]
)
def test_no_token_without_proof(org: OrgClient, form: dict[str, str]) -> None:
    """400 as OAuth has it."""
    answer = ask(org.sandbox, form)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_limit_is_a_403_without_a_time_to_wait(start: Callable[..., Client]) -> None:
    """The header of good answers tells what is used."""
    sandbox = start(limits=True)
    sandbox.admin("POST", "/limits", {"salesforce": {"amount": 2, "seconds": 60}})
    answers = [
        sandbox.session.get(f"{sandbox.base}/salesforce/services/data/v67.0/limits", timeout=60)
        for _ in range(3)
    ]
    assert [answer.headers["Sforce-Limit-Info"] for answer in answers[:2]] == [
        "api-usage=1/2",
        "api-usage=2/2",
    ]
    assert (answers[2].status_code, answers[2].json()[0]["errorCode"]) == (403, "REQUEST_LIMIT_EXCEEDED")
    assert "Retry-After" not in answers[2].headers


def test_describe_tells_which_fields_there_are(org: OrgClient) -> None:
    """Those that the administrator has not made are not among them."""
    org.sandbox.admin("POST", "/salesforce/org", {"missing": ["ICP_Tier__c"]})
    described = {
        field["name"]: field for field in org.call("GET", "/sobjects/Lead/describe").json()["fields"]
    }
    assert "ICP_Tier__c" not in described
    assert described["Title"]["length"] == 128
    assert described["Alpha_Swarm_Id__c"]["externalId"]
    assert not described["LastName"]["nillable"]


@pytest.mark.parametrize("path", ["/sobjects/Account/describe", "/sobjects/Lead/none", "/nowhere"])
def test_what_is_not_there_is_a_404(org: OrgClient, path: str) -> None:
    """Another object, record or path."""
    assert org.call("GET", path).status_code == 404


def test_a_version_that_is_none_is_a_404(sandbox: Client) -> None:
    """Of the path."""
    address = f"{sandbox.base}/salesforce/services/data/latest/limits"
    assert sandbox.session.get(address, timeout=60).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "records/00Q000000000000", {"Title": "CEO"}),
        ("POST", "records", [{"ICP_Score__c": "many"}]),
        ("POST", "org", {"locked": 2}),
        ("POST", "org", {"colour": "blue"}),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(org: OrgClient, method: str, path: str, body: Any) -> None:
    """With a reason, and nothing is changed."""
    address = f"{org.sandbox.base}/_sandbox/salesforce/{path}"
    answer = org.sandbox.session.request(method, address, json=body, timeout=60)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert org.books()["records"] == 0
