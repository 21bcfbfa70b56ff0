"""Which records of the CRMs are which leads, and what was last seen of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import delete, select, update

from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.crm.syncs import DONE, OPEN
from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.schema.crm import crm_records, syncs
from alpha_swarm.ports.crm_records import CrmRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from alpha_swarm.domain.crm.news import System
    from alpha_swarm.ledger.hashing import IdentityHash
    from alpha_swarm.ledger.session import Session

#: The record's id is known there, and nothing was ever to be written.
KNOWN = "known"
#: The longest that a sender repeats itself, many times over.
_GONE_SECONDS = 30 * 86400.0


class SqlCrmRecords:
    """Implements ``ports.parts.CrmRecords``."""

    def __init__(self, session: Session, hash_identity: IdentityHash) -> None:
        self._session = session
        self._hash = hash_identity

    def known(self, system: System, record_ids: Collection[str]) -> Mapping[str, CrmRecord]:
        """By what they told of themselves, and by what we wrote."""
        ours = {
            row.external_id: CrmRecord(lead_id=row.lead_id)
            for row in self._session.rows(
                select(syncs.c.external_id, syncs.c.lead_id).where(
                    syncs.c.target == system.value, among(syncs.c.external_id, record_ids)
                )
            )
        }
        return ours | self._told(system, record_ids, ours)

    def _told(
        self, system: System, record_ids: Collection[str], ours: Mapping[str, CrmRecord]
    ) -> dict[str, CrmRecord]:
        query = select(crm_records).where(
            crm_records.c.system == system.value, among(crm_records.c.record_id, record_ids)
        )
        return {
            row.record_id: CrmRecord(
                # What was refused once may have become a lead's by our own writing.
                lead_id=row.lead_id or (ours[row.record_id].lead_id if row.record_id in ours else None),
                fingerprint=row.fingerprint,
                changed_at=when(row.changed_at),
                gone=row.gone,
            )
            for row in self._session.rows(query)
        }

    def written(self, system: System, lead_ids: Collection[str]) -> set[str]:
        """Whether their writing has been settled or not."""
        query = select(syncs.c.lead_id).where(
            syncs.c.target == system.value, syncs.c.state.in_([OPEN, DONE]), among(syncs.c.lead_id, lead_ids)
        )
        return {row.lead_id for row in self._session.rows(query)}

    def fingerprint(self, fields: Mapping[str, str]) -> str:
        """Keyed, so that names and addresses cannot be tried out."""
        return self._hash(f"record:{orjson.dumps(dict(fields), option=orjson.OPT_SORT_KEYS).decode()}")

    def remember(self, system: System, records: Mapping[str, CrmRecord]) -> None:
        """In one order, so that two readers never wait for each other."""
        if not records:
            return
        rows = [self._row(system, key, records[key]) for key in sorted(records)]
        statement = self._session.insert(crm_records)
        changed = {
            name: statement.excluded[name] for name in ("lead_id", "fingerprint", "changed_at", "gone")
        }
        keys = ["system", "record_id"]
        self._session.run(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)
        if system.target is not None:
            there = {one.lead_id: key for key, one in records.items() if one.lead_id and not one.gone}
            self._adopt(system, there)

    def forget(self, system: System, gone: Mapping[str, datetime]) -> Mapping[str, str]:
        """The mark stays, so that late news of the record bring it back to nobody.

        Whose it was stays, too: that the person asked for it may be told after the deletion.
        """
        known = self.known(system, gone)
        marks = {
            key: CrmRecord(lead_id=known[key].lead_id if key in known else None, changed_at=at, gone=True)
            for key, at in gone.items()
        }
        self.remember(system, marks)
        mine = (syncs.c.target == system.value) & among(syncs.c.external_id, gone)
        self._session.run(update(syncs).where(mine).values(external_id=None, fingerprint=None, gone=True))
        return {key: one.lead_id for key, one in known.items() if one.lead_id is not None and not one.gone}

    def tidy(self) -> None:
        """Forget what went long ago: no news of it are under way any more."""
        old = crm_records.c.changed_at < self._session.now - _GONE_SECONDS
        self._session.run(delete(crm_records).where(crm_records.c.gone, old))

    def _adopt(self, system: System, record_ids: Mapping[str, str]) -> None:
        rows = [
            {"lead_id": lead_id, "target": system.value, "state": KNOWN, "external_id": record_ids[lead_id]}
            for lead_id in sorted(record_ids)
        ]
        if rows:
            statement = self._session.insert(syncs)
            # A record that the lead has already stays its own: which of two is right a person must say.
            unknown = statement.on_conflict_do_update(
                index_elements=["lead_id", "target"],
                set_={"external_id": statement.excluded.external_id, "gone": False},
                where=syncs.c.external_id.is_(None),
            )
            self._session.run(unknown, rows)

    def _row(self, system: System, record_id: str, record: CrmRecord) -> dict[str, Any]:
        return {
            "system": system.value,
            "record_id": record_id,
            "lead_id": record.lead_id,
            "fingerprint": record.fingerprint,
            "changed_at": record.changed_at.timestamp() if record.changed_at else self._session.now,
            "gone": record.gone,
        }
