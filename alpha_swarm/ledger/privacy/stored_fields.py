"""Fields that are held and may not be: taken out of wherever they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.crm import changes
from alpha_swarm.ledger.schema.tables import sightings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alpha_swarm.ledger.leads.leads import SqlLeads
    from alpha_swarm.ledger.privacy.pins import SqlPins
    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.stored_fields import Stripped


class SqlStoredFields:
    """Implements ``ports.stored_fields.StoredFields``."""

    def __init__(self, session: Session, leads: SqlLeads, pins: SqlPins) -> None:
        self._session = session
        self._leads = leads
        self._pins = pins

    def strip(self, stripped: Mapping[str, Stripped]) -> None:
        """Out of input, result and pins, and of what was remembered of writing them."""
        for one in stripped.values():
            self._pins.lay(one.lead)
        self._leads.enriched({key: one.result for key, one in stripped.items() if one.result})
        self._unsee([key for key, one in stripped.items() if "source_url" in one.values])
        self._unwrite(stripped)

    def _unsee(self, lead_ids: Collection[str]) -> None:
        if lead_ids:
            mine = update(sightings).where(among(sightings.c.lead_id, lead_ids))
            self._session.run(mine.values(source_url=None))

    def _unwrite(self, stripped: Mapping[str, Stripped]) -> None:
        query = select(changes.c.id, changes.c.lead_id, changes.c.before, changes.c.after)
        rows = self._session.opened(query.where(among(changes.c.lead_id, stripped)))
        plain = [
            {"key": row.id, "whose": row.lead_id, "before": kept[0], "after": kept[1]}
            for row in rows
            if (kept := _kept(row, stripped[row.lead_id].values)) != (row.before, row.after)
        ]
        if plain:
            mine = (changes.c.id == bindparam("key")) & (changes.c.lead_id == bindparam("whose"))
            new: dict[str, Any] = {name: bindparam(name) for name in ("before", "after")}
            written = self._session.closed(changes, plain, owner="whose")
            self._session.run(update(changes).where(mine).values(new), written)


def _kept(row: Any, values: Mapping[str, Any]) -> tuple[Any, Any]:
    """Without the fields, and without their values under another name: an e-mail is of either kind."""
    gone = [value for value in values.values() if isinstance(value, str)]

    def kept(fields: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if fields is None:
            return None
        return {name: value for name, value in fields.items() if name not in values and value not in gone}

    return kept(row.before), kept(row.after)
