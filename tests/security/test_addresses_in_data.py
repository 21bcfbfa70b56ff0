"""No address that comes with a lead is ever asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.world import NOW, QUIET, person, world
from tests.scripted_server import scripted_server

if TYPE_CHECKING:
    from pathlib import Path

#: What a row must keep to be ours.
OURS = {"lead_id", "linkedin_url", "enrichment_status", "id", "table_id"}


def everywhere(row: dict[str, Any], address: str) -> dict[str, Any]:
    """The result with the address in every text."""
    filled = {name: address for name, value in row.items() if value is None or isinstance(value, str)}
    return {**row, **{name: value for name, value in filled.items() if name not in OURS}}


@pytest.mark.parametrize("form", ["{url}/pixel", "{host}", "ann@{host}"])
def test_nobody_is_asked_because_a_lead_says_so(tmp_path: Path, form: str) -> None:
    """Neither an address of its source, nor one in an answer of Clay's, nor a company's own site."""
    database = f"sqlite:///{tmp_path / 'ledger.db'}"
    with scripted_server() as canary, world(tmp_path, QUIET, database) as one:
        address = form.format(url=canary.url, host=canary.url.removeprefix("http://"))
        lead = person("ann", source_url=f"{canary.url}/post", first_name=address, company_name=address)
        one.take([lead], NOW)
        for _ in range(3):
            one.step()
        (row,) = one.rows()
        letter = json.loads(one.webhook(row))
        letter["data"] = everywhere(letter["data"], address)
        one.app.receive_webhook([json.dumps(letter).encode()])
        one.settle()
        assert canary.asked == []
        assert one.app.status()["settled"]
