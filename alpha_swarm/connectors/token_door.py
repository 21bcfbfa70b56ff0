"""Where access tokens are asked for."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pydantic import Field

from alpha_swarm.connectors.answers import Answer
from alpha_swarm.connectors.calls import Call, Endpoint
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.keys import can_be_sent
from alpha_swarm.connectors.verdicts import error_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.verdicts import VerdictTable
    from alpha_swarm.ports.edge import Gate

#: Seconds that a token is good for where the answer does not say.
_LIFE = 1800.0
_REFUSED = frozenset(
    {HTTPStatus.BAD_REQUEST.value, HTTPStatus.UNAUTHORIZED.value, HTTPStatus.FORBIDDEN.value}
)


class Token(Answer):
    """The answer of a token door."""

    access_token: str = Field(min_length=1, repr=False)
    refresh_token: str | None = Field(default=None, repr=False)
    expires_in: float = _LIFE


class TokenDoor:
    """One of them; whoever asks has no token to show."""

    def __init__(
        self, target: str, address: tuple[str, str], verdicts: VerdictTable, gate: Gate, clock: Clock
    ) -> None:
        base_url, self._path = address
        door = Endpoint(
            target=target,
            base_url=base_url,
            keys=("none",),
            credentials=lambda _key: {},
            verdicts=verdicts,
            pool=1,
        )
        self._http = Http(door, gate, clock)

    def ask(self, form: Mapping[str, str], spent: frozenset[str] = frozenset()) -> Token | None:
        """A token; ``None`` where it is refused with one of these codes.

        Raises:
            AlphaSwarmError: there is none to be had.
        """
        call = Call(
            operation="mint token",
            method="POST",
            path=self._path,
            effect=False,
            limit=None,
            content=urlencode(form).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            accept=_REFUSED if spent else frozenset(),
        )
        answer = self._http.call(call)
        if answer.status in call.accept:
            if spent.isdisjoint(_codes(answer.body)):
                raise self._http.verdict(call, answer)
            return None
        token = self._http.parsed(call, answer, Token)
        if not can_be_sent(token.access_token):
            raise self._http.malformed(call)
        return token

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


def _codes(body: Any) -> set[str]:
    """HubSpot names its own beside that of the standard."""
    status = body.get("status") if isinstance(body, dict) else None
    return {error_code(body), status if isinstance(status, str) else ""}
