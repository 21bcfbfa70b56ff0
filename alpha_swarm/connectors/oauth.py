"""Tokens by OAuth that replace each other, shared by all processes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from alpha_swarm.connectors.token_door import Token, TokenDoor
from alpha_swarm.connectors.verdicts import Failure, VerdictTable
from alpha_swarm.errors import AlphaSwarmError, ConfigurationError, CredentialsRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.oauth_client import OAuthClient
    from alpha_swarm.ports.edge import Facts, Gate
    from alpha_swarm.sealing import Seal

#: A token is replaced so long before it ends, so that none ends on its way.
_MARGIN = 120.0
#: A token that was had so lately is not the reason for a refusal.
_YOUNG = 60.0
_SPENT = frozenset({"invalid_grant", "BAD_REFRESH_TOKEN"})


def _client_refused(failure: Failure) -> AlphaSwarmError:
    name = failure.target.upper()
    return CredentialsRefusedError(f"{failure}: check {name}_CLIENT_ID and {name}_CLIENT_SECRET")


#: Whatever the door finds fault with, no lead is to blame.
_VERDICTS = VerdictTable(dict.fromkeys((400, 401, 403, 422), _client_refused))


class Pair(BaseModel):
    """The tokens of one moment; times are Unix seconds."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    access: str = Field(default="", repr=False)
    refresh: str = Field(default="", repr=False)
    obtained_at: float
    ends_at: float = 0.0
    refused: bool = False
    """Whether the refresh token was refused; then nobody asks again."""

    def is_due(self, now: float) -> bool:
        """Whether it is time for the next one: of a short life half is left."""
        margin = min(_MARGIN, (self.ends_at - self.obtained_at) / 2)
        return not self.refused and self.ends_at - now < margin


class Kept(NamedTuple):
    """A pair, and how it is kept."""

    sealed: str
    pair: Pair


class RefreshedKeys:
    """Implements ``keys.Keys``: one process replaces the pair of tokens for all.

    The new pair is kept before it is used. Whoever dies between the vendor's answer and the commit takes the
    new pair along: the old refresh token is refused once, and from then on a person is asked for a new one.
    """

    def __init__(
        self,
        client: OAuthClient,
        target: str,
        door: TokenDoor,
        known: Facts,
        clock: Clock,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self._client = client
        self._target = target
        self._fact = client.fact(target)
        self._door = door
        self._known = known
        self._clock = clock
        self._more = more or {}
        self._kept: Kept | None = None

    @property
    def current(self) -> str:
        """The token to send.

        Raises:
            CredentialsRefusedError: the refresh token was refused, now or before; or the tokens were sealed
                with another key.
            NotReadyError: another process is replacing the tokens.
        """
        kept = self._kept or self._remembered()
        if kept is None or kept.pair.is_due(self._now):
            kept = self._renewed(kept)
        return self._usable(kept)

    def next_after(self, refused: str) -> str | None:
        """The token to try once in place of ``refused``; none where that one is a minute old at most."""
        kept = self._kept
        if kept is not None and kept.pair.access == refused:
            if self._now - kept.pair.obtained_at < _YOUNG:
                return None
            kept = self._renewed(kept)
        return None if kept is None else self._usable(kept)

    def close(self) -> None:
        """Close the connection."""
        self._door.close()

    @property
    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _remembered(self) -> Kept | None:
        sealed = self._known.get(self._fact)
        return None if sealed is None else self._keep(sealed)

    def _renewed(self, kept: Kept | None) -> Kept:
        ask = partial(self._asked, kept.pair.refresh if kept else self._client.refresh_token)
        return self._keep(self._known.renew(self._fact, kept.sealed if kept else None, ask))

    def _keep(self, sealed: str) -> Kept:
        try:
            self._kept = Kept(sealed, read_pair(sealed, self._client.seal))
        except ConfigurationError as error:
            raise CredentialsRefusedError(str(error)) from None
        return self._kept

    def _usable(self, kept: Kept) -> str:
        if kept.pair.refused:
            raise CredentialsRefusedError(refusal(self._target))
        return kept.pair.access

    def _asked(self, refresh_token: str) -> str:
        """What is kept from now on."""
        form = {
            "grant_type": "refresh_token",
            "client_id": self._client.client_id,
            "client_secret": self._client.client_secret,
            "refresh_token": refresh_token,
            **self._more,
        }
        now, token = self._now, self._door.ask(form, _SPENT)
        return self._client.seal.close(_pair(token, refresh_token, now).model_dump_json())


def keys_of(
    given: tuple[str, ...] | OAuthClient,
    target: str,
    address: tuple[str, str],
    edge: tuple[Gate, Facts, Clock],
    more: Mapping[str, str] | None = None,
) -> tuple[str, ...] | RefreshedKeys:
    """Fixed keys as they are; else tokens for the app, from the door at ``address``: base URL and path."""
    if isinstance(given, tuple):
        return given
    gate, known, clock = edge
    door = TokenDoor(target, address, _VERDICTS, gate, clock)
    return RefreshedKeys(given, target, door, known, clock, more)


def read_pair(sealed: str, seal: Seal) -> Pair:
    """The tokens as the ledger has them.

    Raises:
        ConfigurationError: they were sealed with another key.
    """
    return Pair.model_validate_json(seal.open(sealed))


def refusal(target: str) -> str:
    """What a person is told."""
    return (
        f"{target} takes the refresh token no more: connect the app anew and put its new token into"
        f" {target.upper()}_REFRESH_TOKEN"
    )


def _pair(token: Token | None, spent: str, now: float) -> Pair:
    """A vendor that names no new refresh token lets the old one stand."""
    if token is None:
        return Pair(obtained_at=now, refused=True)
    return Pair(
        access=token.access_token,
        refresh=token.refresh_token or spent,
        obtained_at=now,
        ends_at=now + token.expires_in,
    )
