"""The token door: a refresh token is good for one pair of tokens, and is spent by asking."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from alpha_swarm.sandbox.exchange import Call, Operation, Refusal, Reply, Service
from alpha_swarm.sandbox.ghl.errors import failure, unprocessable

if TYPE_CHECKING:
    from alpha_swarm.sandbox.settings import SandboxSettings

_ISSUED = "oauth-"
_NEEDED = ("client_id", "client_secret", "grant_type", "refresh_token")
_USERS = frozenset({"Location", "Company"})


class Tokens:
    """Those that were issued here; which others are taken is in the settings."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._settings = settings
        self.reset()

    def reset(self) -> None:
        """Forget them."""
        self._ends: dict[str, float] = {}
        self._fresh: set[str] = set()
        self._spent: set[str] = set()

    def service(self) -> Service:
        """The door; whoever knocks has no token yet."""
        ask = Operation("refreshToken", "POST", "/token", self._refresh, raw=True)
        return Service("ghl", "/ghl/oauth", (ask,), lambda _call: None, failure, lambda *_: {})

    def valid(self, token: str, now: float) -> bool:
        """A token that the settings name, or one of our own that has not ended."""
        if token.startswith(_ISSUED):
            return self._ends.get(token, 0.0) > now
        keys = self._settings.ghl_api_keys
        return bool(token) and (not keys or token in keys)

    def _refresh(self, call: Call) -> Reply:
        form = dict(parse_qsl(call.raw.decode(errors="replace")))
        missing = [f"{name} should not be empty" for name in _NEEDED if not form.get(name)]
        if missing or form["grant_type"] != "refresh_token" or form.get("user_type") not in _USERS:
            raise unprocessable(missing or ["grant_type and user_type must be known"])
        token = form["refresh_token"]
        if token in self._spent or not self._known(token):
            body = {"error": "invalid_grant", "error_description": "This refresh token is invalid"}
            raise Refusal(Reply(400, body))
        self._spent.add(token)
        return Reply(200, self._issue(form["user_type"], call.now))

    def _known(self, token: str) -> bool:
        named = self._settings.ghl_refresh_tokens
        return token in self._fresh or (not named or token in named)

    def _issue(self, user_type: str, now: float) -> dict[str, object]:
        access, refresh = _ISSUED + secrets.token_hex(16), secrets.token_hex(16)
        self._ends[access] = now + self._settings.ghl_token_seconds
        self._fresh.add(refresh)
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": int(self._settings.ghl_token_seconds),
            "refresh_token": refresh,
            "scope": "contacts.readonly contacts.write locations.readonly",
            "userType": user_type,
            "userId": "user-1",
        }
