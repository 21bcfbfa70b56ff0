"""``doctor`` warns of fields that a CRM lacks, with the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from alpha_swarm.cli.checks.outside import check_crms
from alpha_swarm.config import load_settings
from alpha_swarm.ledger.migrate import migrate
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from alpha_swarm.cli.checks.check import Check


@pytest.fixture
def sandbox() -> Iterator[str]:
    """Its address."""
    with running(SandboxSettings()) as url:
        yield url


def post(url: str, body: dict[str, Any]) -> None:
    """By hand."""
    with requests.Session() as session:
        session.headers["Authorization"] = "Bearer person"
        session.post(url, json=body, timeout=60).raise_for_status()


def found(home: Path, sandbox: str, target: str) -> list[Check]:
    """Without those of the rules."""
    url = f"sqlite:///{home / 'ledger.db'}"
    migrate(url)
    environ = {
        "ALPHA_SWARM_HOME": str(home),
        "ALPHA_SWARM_KEY": "a key for tests, long enough",
        "DATABASE_URL": url,
        "SYNC_TARGETS": target,
        "HUBSPOT_API_BASE_URL": f"{sandbox}/hubspot",
        "HUBSPOT_ACCESS_TOKEN": "token",
        "SALESFORCE_INSTANCE_URL": f"{sandbox}/salesforce",
        "SALESFORCE_ACCESS_TOKEN": "token",
    }
    checks = check_crms(load_settings(environ, dotenv=None))
    return [check for check in checks if not check.name.startswith("routing")]


def test_what_salesforce_lacks_is_a_warning_beside_an_answer_that_is_well(
    tmp_path: Path, sandbox: str
) -> None:
    """And nothing is said once it is there."""
    assert [check.result for check in found(tmp_path, sandbox, "salesforce")] == ["ok"]
    order = {"missing": ["ICP_Score__c"]}
    post(f"{sandbox}/_sandbox/salesforce/org", order)
    answer, fields = found(tmp_path, sandbox, "salesforce")
    assert (answer.name, answer.result) == ("salesforce", "ok")
    assert "ICP_Score__c" not in answer.detail
    assert (fields.name, fields.result) == ("salesforce fields", "warning")
    assert "Lead lacks ICP_Score__c" in fields.detail
    assert fields.remedy.startswith("create them")


def test_what_hubspot_has_another_way_is_a_warning(tmp_path: Path, sandbox: str) -> None:
    """Such as a tier that is a number there."""
    assert [check.result for check in found(tmp_path, sandbox, "hubspot")] == ["ok"]
    tier = {"name": "icp_tier", "label": "Tier", "type": "number", "fieldType": "number"}
    post(f"{sandbox}/hubspot/crm/properties/2026-03/contacts", tier | {"groupName": "contactinformation"})
    assert [check.result for check in found(tmp_path, sandbox, "hubspot")] == ["ok", "warning"]
