"""What a privacy policy forbids neither goes to Clay nor comes back; rest is tried on the whole way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.integration.transports.places import place
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from pathlib import Path

_POLICY = """
forbidden: [{fields: [phone, title], reason: not needed}]
targets: {clay: {never: [last_name]}}
"""
_NAME = "Of-Nowhere-At-All"


@pytest.mark.parametrize("transport", ["webhook", "routines"])
def test_a_forbidden_field_goes_neither_way(transport: str, tmp_path: Path, database_url: str) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(_POLICY, encoding="utf-8")
    with place(transport, tmp_path, database_url, PRIVACY_POLICY_FILE=str(file)) as one:
        one.world.take([person(f"person-{number}", last_name=_NAME) for number in range(6)], NOW)
        assert one.settle()["balanced"]
        leads = one.world.leads().values()
        found = [lead.enrichment for lead in leads if lead.enrichment]
        assert any(result.values.email_work for result in found)
        assert not any(result.values.phone or result.values.title for result in found)
        assert {lead.input.last_name for lead in leads} == {_NAME}
        assert _NAME not in json.dumps(one.world.sandbox_ledger()["clay"])
        with one.world.app.ledger.read() as tx:
            counted = {(row["place"], row["field"]): row["count"] for row in tx.withheld.totals()}
        assert counted["clay", "phone"] == sum("phone" in result.withheld for result in found)
        assert counted["clay", "title"] == sum("title" in result.withheld for result in found)
