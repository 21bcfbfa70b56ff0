"""An app that customers let in, by what it proves who it is with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from alpha_swarm.sealing import Seal


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """An app of ours that a customer has let in."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    """The first one; what replaces it is kept in the ledger."""
    seal: Seal = field(repr=False)

    def fact(self, target: str) -> str:
        """Under what its tokens are kept: a new first token begins anew."""
        first = hashlib.sha256(self.refresh_token.encode()).hexdigest()[:16]
        return f"{target}.tokens:{first}"
