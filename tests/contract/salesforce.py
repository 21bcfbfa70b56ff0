"""The connector to the sandbox's org, and what people do there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.salesforce.crm import Salesforce
from alpha_swarm.connectors.salesforce.settings import SalesforceConfig
from alpha_swarm.domain.calls.effect import Done
from alpha_swarm.domain.states import Priority
from alpha_swarm.ports.crm import Contact
from tests.contract.people import PAYLOAD
from tests.contract.salesforce_judge import SalesforceJudge
from tests.doubles import MemoryFacts, NoGate
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.sandbox import Sandbox


class SalesforceScene:
    """The connector under test, its requests judged, and what the org holds."""

    @pytest.fixture(autouse=True)
    def judge(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> SalesforceJudge:
        """Before every request."""
        judge = SalesforceJudge(sandbox.url)
        judge.install(monkeypatch)
        return judge

    @pytest.fixture
    def crm(self, sandbox: Sandbox) -> Iterator[Salesforce]:
        """The connector under test."""
        crm = salesforce(sandbox)
        yield crm
        crm.close()

    def records(self, sandbox: Sandbox) -> list[dict[str, Any]]:
        """The leads."""
        return records(sandbox)


def contact(crm: Salesforce, number: int = 1, external_id: str | None = None, **payload: Any) -> Contact:
    """A contact of a person of its own, as the shared suite has them."""
    own = {
        "lead_id": f"lead-{number}",
        "email": f"p{number}@works.example",
        "phone": f"+1415555{number:04}",
    }
    fields = crm.fields(PAYLOAD | own | payload)
    return Contact(lead_id=f"lead-{number}", fields=fields, external_id=external_id, priority=Priority.NORMAL)


def written(crm: Salesforce, one: Contact) -> str:
    """Upsert one contact; its record's id."""
    outcome = upserted(crm, [one])[one.lead_id]
    assert isinstance(outcome, Done), outcome
    assert outcome.reference
    return outcome.reference


def lead(number: int) -> dict[str, Any]:
    """The record that a person made of a contact."""
    return {"LastName": "Example", "Company": "Example Works", "Email": f"p{number}@works.example"}


def salesforce(sandbox: Sandbox, known: MemoryFacts | None = None, **config: Any) -> Salesforce:
    """The connector; with a token that was handed out unless told otherwise."""
    given: dict[str, Any] = {"instance_url": f"{sandbox.url}/salesforce", "keys": ("token",), **config}
    return Salesforce(SalesforceConfig(**given), NoGate(), known or MemoryFacts(), SystemClock())


def records(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The leads of the org."""
    leads: list[dict[str, Any]] = sandbox.ledger()["salesforce"]["record_list"]
    return leads


def seed(sandbox: Sandbox, *leads: dict[str, Any]) -> list[str]:
    """Records that people made; their ids."""
    ids: list[str] = _admin(sandbox, "POST", "records", list(leads))["ids"]
    return ids


def edit(sandbox: Sandbox, record_id: str, **fields: Any) -> None:
    """What a person sets."""
    _admin(sandbox, "PATCH", f"records/{record_id}", fields)


def org(sandbox: Sandbox, **order: Any) -> None:
    """What an administrator changes."""
    _admin(sandbox, "POST", "org", order)


def end_sessions(sandbox: Sandbox) -> None:
    """All tokens that were minted are good no more."""
    _admin(sandbox, "DELETE", "sessions", None)


def _admin(sandbox: Sandbox, method: str, path: str, body: Any) -> dict[str, Any]:
    answer = requests.request(method, f"{sandbox.url}/_sandbox/salesforce/{path}", json=body, timeout=60)
    answer.raise_for_status()
    told: dict[str, Any] = answer.json()
    return told
