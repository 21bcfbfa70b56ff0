"""Where the key comes from: it is handed to us, or minted and minted anew when its session has ended."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jwt

from alpha_swarm.connectors.salesforce import facts
from alpha_swarm.connectors.token_door import TokenDoor
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import CredentialsRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.salesforce.settings import SalesforceConfig
    from alpha_swarm.ports.edge import Gate

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
#: The vendor takes three minutes at the most, by its own clock.
_ASSERTED_FOR = timedelta(minutes=2)


def mint(config: SalesforceConfig, gate: Gate, clock: Clock) -> Mint | None:
    """None where tokens were handed to us."""
    if config.keys:
        return None
    address = (config.instance_url, "/services/oauth2/token")
    door = TokenDoor(Target.SALESFORCE.value, address, facts.TOKEN_VERDICTS, gate, clock)
    grant = _by_assertion if config.private_key_file is not None else _by_secret
    return Mint(door, lambda: grant(config, clock))


class Mint:
    """Mints a token where there is none, and another one in place of one that was refused."""

    def __init__(self, door: TokenDoor, grant: Callable[[], Mapping[str, str]]) -> None:
        self._door = door
        self._grant = grant
        self._token: str | None = None
        self._lock = threading.Lock()

    @property
    def current(self) -> str:
        """The token to send.

        Raises:
            CredentialsRefusedError: the org gives us none.
        """
        return self._token or self.next_after(None) or ""

    def next_after(self, refused: str | None) -> str | None:
        """The token to try once in place of ``refused``; one thread mints it for all."""
        with self._lock:
            if self._token == refused:
                self._token = self._mint()
            return self._token

    def close(self) -> None:
        """Close the connection."""
        self._door.close()

    def _mint(self) -> str | None:
        token = self._door.ask(self._grant())
        return token.access_token if token else None


def _by_secret(config: SalesforceConfig, _clock: Clock) -> Mapping[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": config.client_id or "",
        "client_secret": config.client_secret or "",
    }


def _by_assertion(config: SalesforceConfig, clock: Clock) -> Mapping[str, str]:
    claims = {
        "iss": config.client_id or "",
        "sub": config.username or "",
        "aud": facts.audience(config.instance_url),
        "exp": clock.now() + _ASSERTED_FOR,
    }
    return {"grant_type": _JWT_BEARER, "assertion": _signed(claims, config)}


def _signed(claims: Mapping[str, Any], config: SalesforceConfig) -> str:
    """The key's file is read each time, as it may be replaced."""
    try:
        key = config.private_key_file.read_bytes() if config.private_key_file else b""
        return jwt.encode(dict(claims), key, algorithm="RS256")
    except (OSError, ValueError, TypeError, jwt.PyJWTError):
        # What broke may quote the key.
        raise CredentialsRefusedError(
            "the file that SALESFORCE_PRIVATE_KEY_FILE names holds no RSA key that can be read: replace it"
        ) from None
