"""Contacts for our own use: by their ids, and whichever were changed.

The search tells of at most 10,000, sorts by one property alone, and pages that shift while people work lose
contacts. So each page begins at the moment at which the last one ended, and a moment that has more contacts
than a page is gone through by their ids.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.following import Place
from alpha_swarm.connectors.hubspot import facts, mapping
from alpha_swarm.domain.crm.news import input_fields
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ports.records_in import Changed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.hubspot.client import HubSpotClient
    from alpha_swarm.connectors.hubspot.lookup import Lookup
    from alpha_swarm.connectors.hubspot.schemas import ContactRecord
    from alpha_swarm.ports.records_in import Page

_AT, _ID = "lastmodifieddate", "hs_object_id"
_TICK = timedelta(milliseconds=1)
_FIRST = "0"


class Sourcing:
    """One portal's contacts, read."""

    def __init__(self, client: HubSpotClient, lookup: Lookup, clock: Clock) -> None:
        self._client = client
        self._lookup = lookup
        self._clock = clock

    def fetch(self, record_ids: Collection[str]) -> dict[str, Mapping[str, str]]:
        """In batches; one that was merged away is found as the one that is left."""
        found: dict[str, Mapping[str, str]] = {}
        for key, one in self._lookup.by_keys(record_ids).items():
            if isinstance(one, AlphaSwarmError):
                raise one
            found[key] = _fields(one)
        return found

    def changed_since(self, cursor: str | None) -> Page:
        """One search."""
        now = self._clock.now()
        place = Place.read(cursor, now)
        if cursor is None:
            return place.page({}, None, full=False, now=now)
        contacts = self._search(place)
        full = len(contacts) == facts.MOST_FOUND
        changed = {
            one.id: Changed(fields=_fields(one), at=one.updated_at) for one in contacts if one.updated_at
        }
        end = _end(place, contacts, full=full)
        # Whoever has gone through one moment has all that follows it before him.
        return place.page(changed, end, full=full or bool(place.last), now=now)

    def _search(self, place: Place) -> Sequence[ContactRecord]:
        return self._client.changed(*_asked(place))


def _asked(place: Place) -> tuple[list[dict[str, Any]], str]:
    """Filters, and what is sorted by."""
    moment = str(round(place.at.timestamp() * 1000))
    if not place.last:
        return [{"propertyName": _AT, "operator": "GTE", "value": moment}], _AT
    of_moment = {"propertyName": _AT, "operator": "EQ", "value": moment}
    return [of_moment, {"propertyName": _ID, "operator": "GT", "value": place.last}], _ID


def _end(place: Place, contacts: Sequence[ContactRecord], *, full: bool) -> Place | None:
    if place.last:
        return Place(place.at, contacts[-1].id) if full else Place(place.at + _TICK)
    last = contacts[-1].updated_at if contacts else None
    if last is None:
        return None
    return Place(last, _FIRST) if full and last == place.at else Place(last)


def _fields(contact: ContactRecord) -> Mapping[str, str]:
    return input_fields(mapping.from_properties(contact.properties))
