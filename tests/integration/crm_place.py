"""One CRM in which people work, an installation beside it, and its commands."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import requests
from sqlalchemy import update

from alpha_swarm.cli.main import run
from alpha_swarm.domain.doors.intake import read_lead
from alpha_swarm.domain.leads.enrichment import Enrichment, Values
from alpha_swarm.domain.leads.scoring import Score
from alpha_swarm.domain.states import EnrichmentStatus, Priority, State, Step, Target, Tier
from alpha_swarm.ledger.schema.crm import syncs
from tests.contract.offices import GhlOffice, HubSpotOffice, InstantlyOffice, Office, SalesforceOffice
from tests.integration.world import CAMPAIGN, NOW, World, person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RUN = "01KC1ZJ4Y5V8C3W6N7Q2R9T0AB"
#: What the CRMs themselves make of a change.
_DERIVED = frozenset(
    {
        "dateUpdated",
        "lastmodifieddate",
        "hs_searchable_calculated_phone_number",
        "LastModifiedDate",
        "SystemModstamp",
    }
)
#: Operations of the sandbox that change nothing.
_READING = ("get", "list", "find", "search", "query", "read", "batchRead", "describe", "limits")


def email(number: int) -> str:
    """Of a person."""
    return f"p{number}@works.example"


@dataclass(frozen=True, slots=True)
class Place:
    """What stands in the CRM, and what the commands say."""

    target: Target
    world: World
    office: Office
    capsys: pytest.CaptureFixture[str]

    def say(self, *arguments: str) -> dict[str, Any]:
        """The answer of ``targets`` to what succeeds."""
        self.capsys.readouterr()
        assert run(["targets", *arguments, "--json"]) == 0
        answer: dict[str, Any] = json.loads(self.capsys.readouterr().out)
        return answer

    def show(self, *arguments: str) -> str:
        """The same for people."""
        self.capsys.readouterr()
        assert run(["targets", *arguments]) == 0
        return self.capsys.readouterr().out

    def sync(self, *arguments: str) -> int:
        """To the end; how many leads were on their way."""
        told: dict[str, int] = self.say("sync", *arguments)["syncs"]
        self.world.settle()
        return told.get(self.target.value, 0)

    def type_in(self, number: int) -> list[str]:
        """People whom somebody typed in; their records' ids."""
        typed = {"first_name": "Typed", "last_name": "In", "company_name": "Typed In"}
        return self.office.enter([typed | {"email": email(one)} for one in range(number)])

    def bring_in(self, titles: Sequence[tuple[int, str]]) -> None:
        """Leads of the run that are through, each a person's by number, and that are in no CRM yet."""
        first = len(self.world.leads())
        inputs = [read_lead(person(f"profile-{first + one}"), now=NOW) for one in range(len(titles))]
        taken = self.world.app.receive.take(inputs, priority=Priority.NORMAL, door="test", batch=RUN)
        lead_ids = [one.lead_id for one in taken]
        results = {
            lead_id: _result(Values(email_work=email(who), title=title, company_size=200))
            for lead_id, (who, title) in zip(lead_ids, titles, strict=True)
        }
        with self.world.app.ledger.begin() as tx:
            tx.leads.enriched(results)
            tx.leads.move(dict.fromkeys(lead_ids, State.SYNCED))
            tx.work.finish(Step.INGEST, lead_ids)

    def learn(self, **values: Any) -> None:
        """Everybody's latest enrichment came now, and said this besides."""
        found = {key: lead.enrichment for key, lead in self.world.leads().items()}
        with self.world.app.ledger.begin() as tx:
            tx.leads.enriched(
                {key: _result(replace(one.values, **values)) for key, one in found.items() if one is not None}
            )

    def forget(self) -> None:
        """What was written last, as after a change of the rules: the CRM has to be asked."""
        with self.world.app.ledger.begin() as tx:
            tx.session.run(update(syncs).values(fingerprint=None))

    def records(self) -> dict[str, dict[str, str]]:
        """All records by id, each value by its place, without blanks."""
        return {key: _flat(record) for key, record in self.office.contacts().items()}

    def calls(self) -> list[str]:
        """Every call that the CRM was ever asked, people's own too, in order."""
        with requests.Session() as session:
            answer = session.get(f"{self.world.url}/_sandbox/log", timeout=60).json()
        return [
            one["subject"]
            for one in answer["entries"]
            if (one["service"], one["event"]) == (self.target.value, "call")
        ]

    def since(self, before: Sequence[str]) -> tuple[list[str], list[str]]:
        """What was asked after that: questions, and what writes."""
        news = self.calls()[len(before) :]
        questions = [one for one in news if one.startswith(_READING)]
        return questions, [one for one in news if one not in questions]


def office_of(target: Target, url: str) -> Office:
    """Where people work."""
    offices: Mapping[Target, Office] = {
        Target.GHL: GhlOffice(url, "loc"),
        Target.INSTANTLY: InstantlyOffice(url, CAMPAIGN),
        Target.HUBSPOT: HubSpotOffice(url),
        Target.SALESFORCE: SalesforceOffice(url),
    }
    return offices[target]


def _result(values: Values) -> tuple[Enrichment, Score]:
    found = Enrichment(status=EnrichmentStatus.COMPLETED, values=values, enriched_at=datetime.now(UTC))
    return found, Score(total=80, tier=Tier.ONE, points={})


def _flat(record: Mapping[str, Any]) -> dict[str, str]:
    custom = {f"custom {one['id']}": one["value"] for one in record.get("customFields", ())}
    plain = {name: value for name, value in record.items() if name not in _DERIVED | {"customFields"}}
    return {name: _text(value) for name, value in (plain | custom).items() if value not in (None, "", [])}


def _text(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value)
