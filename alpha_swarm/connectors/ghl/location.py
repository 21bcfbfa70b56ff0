"""Whether a location refuses to have somebody twice: then to create somebody can overwrite nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.errors import STOPPING, AlphaSwarmError

if TYPE_CHECKING:
    from alpha_swarm.connectors.ghl.client import GhlClient
    from alpha_swarm.ports.crm import Contact

_ALL = ("email", "phone")


class Location:
    """What it refuses, asked anew for each batch: a person may change it at any time."""

    def __init__(self, client: GhlClient) -> None:
        self._client = client
        self._silent = False

    def refused_by(self) -> frozenset[str]:
        """The fields by which a contact that is created counts as a duplicate, and is refused.

        None where duplicates are allowed, and where the location does not say: a token without the right to
        ask gets no answer, and is not shown again for as long as this process lives.

        Raises:
            AlphaSwarmError: what stops the target.
        """
        if self._silent:
            return frozenset()
        try:
            settings = self._client.location_settings()
        except STOPPING:
            raise
        except AlphaSwarmError:
            return frozenset()
        self._silent = settings is None
        if settings is None or settings.duplicates_allowed is not False:
            return frozenset()
        return frozenset(_ALL if settings.unique is None else settings.unique)


def covers(refused_by: frozenset[str], contact: Contact) -> bool:
    """Whether a location that refuses by these fields is sure to refuse this one if it is there."""
    return ("email" if contact.fields.get("email") else "phone") in refused_by
