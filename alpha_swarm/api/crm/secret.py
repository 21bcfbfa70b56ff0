"""A secret in the path or a header, for senders that cannot sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.api.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr

    from alpha_swarm.api.crm.sent import Sent

_HEADER = "x-webhook-secret"


class SharedSecret:
    """It proves who sent it and nothing of what it says: the record is asked for before it counts."""

    def __init__(self, variable: str, secrets: Sequence[SecretStr], path: str) -> None:
        """``path`` is the door's; what follows it is the secret."""
        self._keys = Keys(variable, secrets)
        self._variable = variable
        self._set = bool(secrets)
        self._path = f"{path}/"

    @property
    def missing(self) -> str | None:
        """The secret."""
        return None if self._set else self._variable

    def accepts(self, sent: Sent) -> bool:
        """Takes as long for a wrong secret as for a right one."""
        path = sent.target.partition("?")[0]
        in_path = path.removeprefix(self._path) if path.startswith(self._path) else ""
        shown = sent.headers.get(_HEADER) or in_path
        return self._keys.match(shown.encode("latin-1", "replace"))
