"""What belongs to the account rather than to its contacts: tokens and properties."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from alpha_swarm.sandbox.exchange import Call, Refusal, Reply
from alpha_swarm.sandbox.hubspot.errors import failure

if TYPE_CHECKING:
    from alpha_swarm.sandbox.hubspot.portal import Portal

_ISSUED = "oauth-"


class Account:
    """The handlers, and who is let in."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._ends: dict[str, float] = {}

    def reset(self) -> None:
        """No token of ours is known any more."""
        self._ends.clear()

    def admit(self, call: Call) -> None:
        """A token that the settings name, or one of our own that has not ended."""
        keys = self._portal.settings.hubspot_access_tokens
        issued = call.token.startswith(_ISSUED)
        known = self._ends.get(call.token, 0.0) > call.now if issued else not keys or call.token in keys
        if not call.token or not known:
            text = "Authentication credentials not found. This API supports OAuth 2.0 authentication."
            raise Refusal(failure(401, text, 0.0))

    def token(self, call: Call) -> Reply:
        """A new access token for a refresh token."""
        form = {name: values[0] for name, values in parse_qs(call.raw.decode(errors="replace")).items()}
        settings = self._portal.settings
        needed = {"grant_type", "client_id", "client_secret", "refresh_token"}
        if not needed <= form.keys() or form["grant_type"] != "refresh_token":
            raise _oauth_error("invalid_request", "BAD_REQUEST")
        known = settings.hubspot_refresh_tokens
        if known and form["refresh_token"] not in known:
            raise _oauth_error("invalid_grant", "BAD_REFRESH_TOKEN")
        token = _ISSUED + secrets.token_hex(16)
        self._ends[token] = call.now + settings.hubspot_token_seconds
        return Reply(200, {
            "token_type": "bearer",
            "access_token": token,
            "refresh_token": form["refresh_token"],
            "expires_in": int(settings.hubspot_token_seconds),
        })  # fmt: skip

    def details(self, _call: Call) -> Reply:
        """Whose portal it is."""
        return Reply(200, {"portalId": 4711, "accountType": "STANDARD", "timeZone": "UTC"})

    def list_properties(self, _call: Call) -> Reply:
        """All of contacts."""
        return Reply(200, {"results": list(self._portal.properties.by_name.values())})

    def create_property(self, call: Call) -> Reply:
        """A new one."""
        return Reply(201, self._portal.properties.create(call.body))

    def create_group(self, call: Call) -> Reply:
        """A new group."""
        return Reply(201, self._portal.properties.create_group(call.body))


def _oauth_error(error: str, status: str) -> Refusal:
    return Refusal(Reply(400, {"error": error, "error_description": error, "status": status}))
