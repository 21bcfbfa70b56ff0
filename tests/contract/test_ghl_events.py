"""GoHighLevel's published webhook events: each example is read, and their schemas name what is read."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import orjson
import pytest

from alpha_swarm.domain.crm.news import Change
from alpha_swarm.inbound import ghl
from tests.contract.contracts import CONTRACTS
from tests.unit.inbound.deliveries import ghl_event

READ = {"ContactCreate": Change.CHANGED, "ContactUpdate": Change.CHANGED, "ContactDelete": Change.DELETED}
#: Not in the published schemas, and yet in every delivery since they are signed.
LATER = {"timestamp", "webhookId"}


@cache
def events() -> dict[str, Any]:
    """By name, or a skip that says why."""
    folder = CONTRACTS / "gohighlevel" / "webhook-events"
    if not folder.exists():
        pytest.skip("the events are not here: set CONTRACTS_DIR to the folder that holds them")
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.json")}


def test_every_example_is_read_or_passed_over() -> None:
    """What is not about a contact's own fields says nothing."""
    for name, event in events().items():
        for example in event["examples"]:
            found = ghl.decode(orjson.dumps(example))
            assert [one.change for one in found] == ([READ[name]] if name in READ else [])


def test_the_contact_of_an_example_is_read_whole() -> None:
    """With the time that deliveries have; without it the record itself would be asked."""
    (example,) = events()["ContactCreate"]["examples"]
    (found,) = ghl.decode(orjson.dumps({**example, "timestamp": ghl_event()["timestamp"]}))
    assert found.record_id == example["id"]
    assert found.fields == {
        "email": "JohnDeo@gmail.comm",
        "first_name": "John",
        "last_name": "Deo",
        "company_name": "Loram ipsum",
        "company_domain": "google.com",
    }


def test_our_own_examples_have_the_members_of_the_schema() -> None:
    """So that no test speaks of members that the vendor does not send."""
    known = events()["ContactCreate"]["schema"]["properties"].keys()
    assert ghl_event().keys() - known == LATER
