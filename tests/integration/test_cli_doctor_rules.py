"""``doctor`` names what the rules name and the CRMs do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.cli.checks.outside import check_crms
from alpha_swarm.config import load_settings
from alpha_swarm.ledger.migrate import migrate
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from alpha_swarm.cli.checks.check import Check

CAMPAIGN = "5b0e7c1a-8a44-4d1e-9a0e-0b8f0a7d1c22"
RULES = """
rules:
  - name: one
    then:
      targets: all
      owner: {owner}
      campaign: {campaign}
      deal: {{ghl: {{pipeline: {pipeline}, stage: New}}}}
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """The address of a sandbox with one campaign."""
    with running(SandboxSettings(instantly_campaign_ids=frozenset({CAMPAIGN}))) as url:
        yield url


def found(home: Path, sandbox: str, rules: str) -> list[Check]:
    """Of the rules alone."""
    (home / "rules.yaml").write_text(rules, encoding="utf-8")
    url = f"sqlite:///{home / 'ledger.db'}"
    migrate(url)
    environ = {
        "ALPHA_SWARM_HOME": str(home),
        "ALPHA_SWARM_KEY": "a key for tests, long enough",
        "DATABASE_URL": url,
        "ROUTING_FILE": str(home / "rules.yaml"),
        "SYNC_TARGETS": "ghl,instantly",
        "GHL_API_BASE_URL": f"{sandbox}/ghl",
        "GHL_API_KEY": "ghl",
        "GHL_LOCATION_ID": "loc",
        "INSTANTLY_API_BASE_URL": f"{sandbox}/instantly",
        "INSTANTLY_API_KEY": "instantly",
        "INSTANTLY_CAMPAIGN_ID": CAMPAIGN,
    }
    checks = check_crms(load_settings(environ, dotenv=None))
    return [check for check in checks if check.name.startswith("routing")]


def test_what_is_there_is_well(tmp_path: Path, sandbox: str) -> None:
    rules = RULES.format(owner="rep.one@portal.example", campaign=CAMPAIGN, pipeline="Inbound")
    assert [check.result for check in found(tmp_path, sandbox, rules)] == ["ok", "ok"]


def test_what_is_not_there_is_named_with_its_rule(tmp_path: Path, sandbox: str) -> None:
    rules = RULES.format(owner="nobody@portal.example", campaign=CAMPAIGN[:-1] + "3", pipeline="Nowhere")
    checks = found(tmp_path, sandbox, rules)
    assert {check.result for check in checks} == {"failed"}
    assert [check.detail for check in checks] == [
        "one: ghl has no owner nobody@portal.example, or more than one",
        "one: ghl has no pipeline Nowhere; it has Inbound, Outbound",
        f"one: instantly has no campaign {CAMPAIGN[:-1]}3",
    ]


def test_a_crm_without_deals_is_a_mistake_in_the_file(tmp_path: Path, sandbox: str) -> None:
    rules = RULES.format(owner="a@b.example", campaign=CAMPAIGN, pipeline="Inbound")
    checks = found(tmp_path, sandbox, rules.replace("{ghl:", "{salesforce:"))
    assert {check.result for check in checks} == {"failed"}
    assert "salesforce takes no deals" in checks[0].detail
