"""Contacts for our own use: by their ids, and whichever were changed.

The contract calls the plain listing deprecated, which has no order by change, and points to the search,
whose body it leaves to the vendor's documentation: filters, one order, and ``searchAfter`` of the last
contact to go on from. Its index lags a few seconds.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from alpha_swarm.connectors.following import Place
from alpha_swarm.connectors.ghl import facts, mapping
from alpha_swarm.domain.crm.news import input_fields, profile_among
from alpha_swarm.domain.moments import write_moment
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ports.records_in import Changed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.ghl.client import GhlClient
    from alpha_swarm.connectors.ghl.schemas import ContactRecord
    from alpha_swarm.ports.records_in import Page


class Sourcing:
    """One location's contacts, read: they say what their events say."""

    def __init__(self, client: GhlClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    def fetch(self, record_ids: Collection[str]) -> dict[str, Mapping[str, str]]:
        """One call each."""
        ids = list(record_ids)
        found: dict[str, Mapping[str, str]] = {}
        for place, one in self._client.get_each(ids, facts.MOST_IN_FLIGHT).items():
            if isinstance(one, AlphaSwarmError):
                raise one
            if one is not None:
                found[ids[place]] = _fields(one)
        return found

    def changed_since(self, cursor: str | None) -> Page:
        """One search."""
        now = self._clock.now()
        place = Place.read(cursor, now)
        if cursor is None:
            return place.page({}, None, full=False, now=now)
        contacts = self._client.changed(write_moment(place.at), json.loads(place.last or "null"))
        changed = {
            one.id: Changed(fields=_fields(one), at=one.updated_at) for one in contacts if one.updated_at
        }
        return place.page(changed, _end(contacts), full=len(contacts) == facts.MOST_LISTED, now=now)


def _end(contacts: Sequence[ContactRecord]) -> Place | None:
    last = contacts[-1] if contacts else None
    if last is None or last.updated_at is None:
        return None
    after = json.dumps(last.search_after, separators=(",", ":")) if last.search_after else ""
    return Place(last.updated_at, after)


def _fields(contact: ContactRecord) -> Mapping[str, str]:
    """The profile stands in whatever field people made for it."""
    own = mapping.fields_of(contact, {})
    profile = profile_among(str(one.value) for one in contact.custom_fields or ())
    return input_fields({**own, **({"linkedin_url": profile} if profile else {})})
