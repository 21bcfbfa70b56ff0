"""A CRM that tells of its contacts, and can be asked about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import requests
from sqlalchemy import select

from alpha_swarm.domain.crm.news import System
from alpha_swarm.errors import GiveUpError, RetryLaterError
from alpha_swarm.inbound import ghl, hubspot, salesforce
from alpha_swarm.ledger.schema.crm import crm_records, syncs
from alpha_swarm.ledger.schema.tables import inbox, intakes, sightings
from tests.unit.inbound import deliveries
from tests.unit.inbound.deliveries import notification, outbound_message

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from sqlalchemy import Table

    from alpha_swarm.app import App

_START = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
ADA = {"email": "ada@works.example", "first_name": "Ada", "last_name": "Example"}


def ghl_event(*, minutes: int = 0, **changed: Any) -> dict[str, Any]:
    """One event with the whole contact, of yesterday."""
    return deliveries.ghl_event(**{"timestamp": moment(minutes).isoformat(), **changed})


def hubspot_event(number: int = 1, *, minutes: int = 0, **changed: Any) -> dict[str, Any]:
    """One event about contact 501, of yesterday."""
    milliseconds = int(moment(minutes).timestamp() * 1000)
    return deliveries.hubspot_event(number, **{"occurredAt": milliseconds, **changed})


def moment(minutes: int = 0) -> datetime:
    """Yesterday's, by minutes."""
    return _START + timedelta(minutes=minutes)


class Records:
    """Implements ``ports.records_in.RecordSource`` on a dictionary."""

    def __init__(self, **records: Mapping[str, str]) -> None:
        self.records = dict(records)
        self.asked: list[set[str]] = []
        self.trouble: Exception | None = None
        self.meanwhile: Callable[[], None] | None = None
        """What happens while the first answer is awaited, which then never comes."""

    def fetch(self, record_ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """What stands there."""
        self.asked.append(set(record_ids))
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            happens()
            raise GiveUpError("never heard of it")
        if self.trouble is not None:
            raise self.trouble
        return {key: self.records[key] for key in record_ids if key in self.records}

    def away(self) -> None:
        """It cannot be asked."""
        self.trouble = RetryLaterError("away", 5.0)


class Sender:
    """What the CRMs send to an installation, past the door's signatures."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.records = Records()

    def asked_about(self, system: System) -> Records:
        """From now on records of this system can be asked for."""
        self.app.news.sources = {system: self.records}
        return self.records

    def contact(self, url: str, email: str) -> str:
        """Somebody enters a contact into the imitated GoHighLevel; its id."""
        body = {"locationId": self.app.settings.ghl.location_id, "email": email, "firstName": "Ada"}
        headers = {"Authorization": "Bearer test", "Version": "2021-07-28"}
        with requests.Session() as session:
            answer = session.post(f"{url}/ghl/contacts/upsert", json=body, headers=headers, timeout=60)
        answer.raise_for_status()
        return str(answer.json()["contact"]["id"])

    def hubspot(self, *events: dict[str, Any], read: bool = True) -> None:
        """One delivery."""
        self.app.news.store([(System.HUBSPOT, hubspot.split(orjson.dumps(events)))])
        self._read(now=read)

    def ghl(self, *events: dict[str, Any], read: bool = True) -> None:
        """One delivery an event."""
        self.app.news.store([(System.GHL, ghl.split(orjson.dumps(event))) for event in events])
        self._read(now=read)

    def salesforce(self, *numbers: int) -> None:
        """One message with a notification each; what it says of fields is a lie."""
        told = [notification(number, Email="liar@works.example") for number in numbers]
        self.app.news.store([(System.SALESFORCE, salesforce.split(outbound_message(*told)))])
        self._read(now=True)

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """All of a table."""
        with self.app.ledger.read() as tx:
            return [dict(row._mapping) for row in tx.session.rows(select(table))]

    def letters(self) -> list[str]:
        """The states of all letters."""
        return sorted(row["state"] for row in self.rows(inbox))

    def seen(self) -> int:
        """How many sightings there are."""
        return len(self.rows(sightings))

    def external_ids(self) -> dict[tuple[str, str], str | None]:
        """(lead, system) → record."""
        return {(row["lead_id"], row["target"]): row["external_id"] for row in self.rows(syncs)}

    def known(self) -> dict[str, tuple[str | None, bool]]:
        """Record → its lead, and whether it is gone."""
        return {row["record_id"]: (row["lead_id"], row["gone"]) for row in self.rows(crm_records)}

    def taken_in(self) -> tuple[int, int, int]:
        """Accepted, duplicates, rejected."""
        rows = [row for row in self.rows(intakes) if row["door"] == "crm"]
        accepted, duplicates, rejected = (
            sum(row[name] for row in rows) for name in ("accepted", "duplicates", "rejected")
        )
        return accepted, duplicates, rejected

    def _read(self, *, now: bool) -> None:
        if now:
            self.app.read_inbox()
