"""The connector to the sandbox's org, and what people do there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.salesforce.crm import Salesforce
from alpha_swarm.connectors.salesforce.settings import SalesforceConfig
from tests.doubles import MemoryFacts, NoGate

if TYPE_CHECKING:
    from tests.contract.sandbox import Sandbox


def salesforce(sandbox: Sandbox, known: MemoryFacts | None = None, **config: Any) -> Salesforce:
    """The connector; with a token that was handed out unless told otherwise."""
    given: dict[str, Any] = {"instance_url": f"{sandbox.url}/salesforce", "access_token": "token", **config}
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
    answer = requests.request(method, f"{sandbox.url}/_sandbox/salesforce/{path}", json=body, timeout=10)
    answer.raise_for_status()
    told: dict[str, Any] = answer.json()
    return told
