"""The token door: client credentials and JWT bearer; tokens that end."""

from __future__ import annotations

import json
import secrets
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import jwt

from alpha_swarm.sandbox.exchange import Call, Operation, Reply, Service
from alpha_swarm.sandbox.salesforce.errors import token_failure, token_refused

if TYPE_CHECKING:
    from alpha_swarm.sandbox.salesforce.org import Org

PREFIX = "/salesforce/services/oauth2"
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
_LONGEST_ASSERTION = 180


class Tokens:
    """Those that were minted here and when each ends; any other one is taken as a key that was handed out."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self.reset()

    def reset(self) -> None:
        """Forget them."""
        self._ends: dict[str, float] = {}

    def service(self) -> Service:
        """The door; whoever knocks has no token yet."""
        ask = Operation("token", "POST", "/token", self._mint, raw=True)
        return Service("salesforce", PREFIX, (ask,), lambda _call: None, token_failure, lambda *_: {})

    def valid(self, token: str, now: float) -> bool:
        """Whether its session goes on."""
        return bool(token) and now < self._ends.get(token, now + 1)

    def end_all(self) -> None:
        """As an administrator ends sessions."""
        self._ends = dict.fromkeys(self._ends, 0.0)

    def _mint(self, call: Call) -> Reply:
        form = dict(parse_qsl(call.raw.decode()))
        match form.get("grant_type"):
            case "client_credentials":
                self._check_client(form)
            case grant if grant == _JWT_BEARER:
                self._check_assertion(form.get("assertion", ""))
            case _:
                raise token_refused("unsupported_grant_type", "grant type not supported")
        token = f"00D000000000001!{secrets.token_urlsafe(32)}"
        self._ends[token] = call.now + self._org.order.session_seconds
        body = {
            "access_token": token,
            "instance_url": f"http://{call.headers.get('host', '')}/salesforce",
            "token_type": "Bearer",
            "issued_at": str(int(call.now * 1000)),
        }
        return Reply(200, body)

    def _check_client(self, form: dict[str, str]) -> None:
        if not form.get("client_id"):
            raise token_refused("invalid_client_id", "client identifier invalid")
        if not form.get("client_secret"):
            raise token_refused("invalid_client", "invalid client credentials")

    def _check_assertion(self, assertion: str) -> None:
        claims = self._claims(assertion)
        if not all(isinstance(claims.get(name), str) for name in ("iss", "sub", "aud")):
            raise token_refused("invalid_grant", "invalid assertion")
        if claims["aud"] not in _AUDIENCES:
            raise token_refused("invalid_grant", "audience is invalid")
        left = claims.get("exp", 0) - time.time()
        if not 0 < left <= _LONGEST_ASSERTION:
            raise token_refused("invalid_grant", "expired authorization code")

    def _claims(self, assertion: str) -> dict[str, Any]:
        key = self._org.order.public_key
        checked = jwt.types.Options(verify_signature=bool(key), verify_aud=False, verify_exp=False)
        try:
            claims: dict[str, Any] = jwt.decode(assertion, key, algorithms=["RS256"], options=checked)
        except (jwt.PyJWTError, json.JSONDecodeError):
            raise token_refused("invalid_grant", "invalid assertion") from None
        return claims
