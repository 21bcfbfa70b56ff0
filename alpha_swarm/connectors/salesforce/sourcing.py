"""Leads for our own use: by their ids, and whichever were changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.connectors.following import Place
from alpha_swarm.connectors.salesforce import facts, soql
from alpha_swarm.domain.crm.news import input_fields
from alpha_swarm.domain.moments import read_moment
from alpha_swarm.ports.records_in import Changed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.salesforce.client import SalesforceClient
    from alpha_swarm.connectors.salesforce.layout import Layout
    from alpha_swarm.connectors.salesforce.schemas import Row
    from alpha_swarm.ports.records_in import Page

#: As many as the reader of news takes in at once without holding others up.
_PAGE = 200
#: A 15-character id is the start of the same id with 18.
_ID_LENGTH = 15


class Sourcing:
    """The org's leads, read; one that was converted is history and is given to nobody."""

    def __init__(self, client: SalesforceClient, layout: Layout, entity: str, clock: Clock) -> None:
        self._client = client
        self._layout = layout
        self._entity = entity
        self._clock = clock

    def fetch(self, record_ids: Collection[str]) -> dict[str, Mapping[str, str]]:
        """Contacts and whatever else has ids of another beginning are left out."""
        ids = [one for one in record_ids if self._layout.is_id(one)]
        rows = self._client.read(ids, self._names(), facts.MOST_IN_FLIGHT) if ids else []
        open_ones = {row.id[:_ID_LENGTH]: row for row in rows if not row.value(facts.CONVERTED)}
        return {
            one: self._fields(open_ones[one[:_ID_LENGTH]]) for one in ids if one[:_ID_LENGTH] in open_ones
        }

    def changed_since(self, cursor: str | None) -> Page:
        """One query."""
        now = self._clock.now()
        place = Place.read(cursor, now)
        if cursor is None:
            return place.page({}, None, full=False, now=now)
        query = soql.changed(self._names(), self._entity, place.at, place.last, _PAGE)
        rows = self._client.query([query], at_once=1)
        return place.page(self._changed(rows), _end(rows), full=len(rows) == _PAGE, now=now)

    def _changed(self, rows: Sequence[Row]) -> dict[str, Changed]:
        moments = {row.id: read_moment(row.value(facts.STAMP)) for row in rows}
        return {
            row.id: Changed(fields=self._fields(row), at=at)
            for row in rows
            if (at := moments[row.id]) and not row.value(facts.CONVERTED)
        }

    def _fields(self, row: Row) -> Mapping[str, str]:
        return input_fields(self._layout.read(row.model_extra or {}))

    def _names(self) -> list[str]:
        converted = [facts.CONVERTED] if self._layout.convertible else []
        own = [field.name for field in self._layout.fields.values()]
        return [facts.ID, facts.STAMP, *converted, *own]


def _end(rows: Sequence[Row]) -> Place | None:
    at = read_moment(rows[-1].value(facts.STAMP)) if rows else None
    return Place(at, rows[-1].id) if at else None
