"""Every answer of the sandbox is held against the published contracts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema_path.readers import FilePathReader
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse

from tests.sandbox import routines
from tests.sandbox.client import CAMPAIGN, Client, receiving
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import requests

_ROOT = Path(__file__).parents[2]
_CONTRACTS = Path(os.environ.get("CONTRACTS_DIR", _ROOT.parent / "shared" / "contracts"))
_CLAY = "clay/clay-rest-v1.openapi.yaml"
_PUBLIC = "clay/clay-public-v0.openapi.json"
_PINGS = "clay/clay-public-v0.webhooks.yml"
_GHL = "gohighlevel/apps/contacts.json"
_INSTANTLY = "instantly/instantly-api-v2-openapi.json"


def _path(name: str) -> Path:
    path = _CONTRACTS / name
    if not path.exists():
        pytest.skip(f"the contract {name} is not there; set CONTRACTS_DIR to the folder that holds it")
    return path


def _contract(name: str, server: str) -> OpenAPI:
    path = _path(name)
    spec = _read(path)
    # The vendors' files are used as published, and not all of them are flawless OpenAPI.
    config = Config(spec_validator_cls=None)
    return OpenAPI.from_dict(
        spec | {"servers": [{"url": server}]}, config=config, base_uri=path.resolve().as_uri()
    )


def _read(path: Path) -> dict[str, Any]:
    spec, _ = FilePathReader(str(path)).read()
    return dict(spec)


class _Judged(Client):
    """A client that holds every answer against a contract, and counts them."""

    judged: int = 0

    def hold_against(self, contract: OpenAPI, prefix: str) -> None:
        """Judge every answer below the prefix from now on."""

        def judge(response: requests.Response, *_: Any, **__: Any) -> None:
            if response.request.url and response.request.url.startswith(self.base + prefix):
                request = RequestsOpenAPIRequest(response.request)
                contract.validate_response(request, RequestsOpenAPIResponse(response))
                self.judged += 1

        self.session.hooks["response"] = [judge]


@pytest.fixture
def judged(sandbox: Client) -> Generator[_Judged]:
    """A client of the empty sandbox whose answers can be judged."""
    client = _Judged(sandbox.base)
    yield client
    client.session.close()


def test_clay_keeps_its_contract(judged: _Judged) -> None:
    """Each operation, well and refused."""
    contract = _contract(_CLAY, f"{judged.base}/clay/v1")
    judged.hold_against(contract, "/clay/v1")
    table = judged.table()
    ids = judged.add(table, 100)
    judged.clay("GET", "/tables")
    judged.clay("POST", f"{table}/rows", {"rows": [{"linkedin_url": "not a url"}]})
    judged.clay("PATCH", f"{table}/rows", {"rows": [{"id": ids[0], "icp_score": 95}, {"id": "row_gone"}]})
    judged.clay("PATCH", f"{table}/rows/{ids[0]}", {"icp_tier": "Tier 1"})
    judged.clay("POST", f"{table}/enrich", {"row_ids": [ids[0], "row_gone"]})
    judged.enrich(table, ids)
    judged.enriched(table, ids)
    judged.clay("POST", f"{table}/export", {"row_ids": ids})
    judged.clay("GET", f"{table}/rows/{ids[0]}")
    judged.clay("DELETE", f"{table}/rows/{ids[0]}")
    judged.clay("GET", f"{table}/rows/{ids[0]}")
    for _ in range(2):
        judged.clay(
            "POST", "/webhooks", {"webhook_url": "http://127.0.0.1:9/hook", "events": ["row.enriched"]}
        )
    judged.clay("GET", "/webhooks")
    for status in (400, 401, 402, 403, 404, 429, 500, 502, 504):
        judged.admin("POST", "/faults", {"service": "clay", "fault": "status", "status": status, "times": 1})
        assert judged.clay("GET", "/tables").status_code == status
    assert judged.judged > 25


def test_clays_webhooks_keep_the_contract(judged: _Judged) -> None:
    """The envelope is the one of the contract's webhook."""
    body = _read(_path(_CLAY))["webhooks"]["enrichment-complete"]["post"]["requestBody"]["content"][
        "application/json"
    ]["schema"]
    with receiving() as receiver:
        judged.clay(
            "POST", "/webhooks", {"webhook_url": receiver.url, "events": body["properties"]["event"]["enum"]}
        )
        table = judged.table()
        judged.enrich(table, judged.add(table, 5))
        wait_until(lambda: len(receiver.bodies) == 5)
    for delivery in receiver.bodies:
        assert set(body["required"]) == set(delivery)
        assert delivery["event"] in body["properties"]["event"]["enum"]


def test_clays_public_api_keeps_its_contract(start: Callable[..., Client]) -> None:
    """Each operation on routines, well and refused; runs in progress and through."""
    judged = _Judged(start(enrich_seconds=(0.0, 0.2)).base)
    judged.hold_against(_contract(_PUBLIC, f"{judged.base}/clay/public/v0"), "/clay/public/v0")
    routines.call(judged, "GET", "/me")
    for items in (routines.people(100), []):
        routines.call(judged, "POST", f"{routines.ROUTINE}/run", {"items": items})
    run_id = routines.run(judged, routines.people(30))
    page = routines.over(judged, f"/routines/run/{run_id}/results")
    routines.call(judged, "GET", f"/routines/run/{run_id}/results?cursor={page['cursor']}")
    routines.call(judged, "GET", f"/routines/run/{run_id}/results?limit=101")
    routines.call(judged, "GET", "/routines/run/run_gone/results")
    for lines in ([b'{"id": "x.1", "inputs": {}}'], [b"no json"]):
        run_id = routines.batch(judged, lines)
        routines.over(judged, f"/routines/run-batch/{run_id}/results")
    for status in (400, 401, 403, 404, 429):
        judged.admin("POST", "/faults", {"service": "clay", "fault": "status", "status": status, "times": 1})
        answer = routines.call(judged, "POST", f"{routines.ROUTINE}/run", {"items": routines.people(1)})
        assert answer.status_code == status
    assert judged.judged >= 20
    judged.session.close()


def test_clays_pings_keep_the_contract(start: Callable[..., Client]) -> None:
    """A real one and a test event have the members that the published description shows."""
    described = {event["name"]: event["payload"] for event in _read(_path(_PINGS))["events"]}
    with receiving() as receiver:
        sandbox = start(**(routines.hook(receiver.url) | {"routine_ping_test": 1.0}))
        routines.run(sandbox, routines.people(1), webhook_id="wh_1")
        wait_until(lambda: len(receiver.bodies) == 2)
    for body in receiver.bodies:
        payload = described["routine run finished" if body["data"] else "test event"]
        assert body.keys() == payload.keys()
        assert body["data"].keys() == payload["data"].keys()
    assert all(one and one.startswith("sha256=") for one in receiver.signatures)


def test_ghl_keeps_its_contract(judged: _Judged) -> None:
    """The contact's operations; the custom fields of a location stand in no published file."""
    judged.hold_against(_contract(_GHL, f"{judged.base}/ghl"), "/ghl/contacts")
    field = judged.ghl("POST", "/locations/L/customFields", {"name": "ICP", "dataType": "TEXT"}).json()
    body = {
        "locationId": "L",
        "email": "m@firm.example",
        "phone": None,
        "tags": ["a"],
        "customFields": [{"id": field["customField"]["id"], "field_value": "95"}],
    }
    contact = judged.ghl("POST", "/contacts/upsert", body).json()["contact"]["id"]
    judged.ghl("POST", "/contacts/upsert", body | {"unknown": 1})
    judged.ghl("POST", "/contacts/", body)
    judged.ghl("POST", "/contacts/", {"locationId": "L", "email": "n@firm.example"})
    judged.ghl("PUT", f"/contacts/{contact}", {"firstName": "Mara"})
    judged.ghl("POST", f"/contacts/{contact}/tags", {"tags": ["b"]})
    judged.ghl("DELETE", f"/contacts/{contact}/tags", {"tags": ["b"]})
    judged.ghl("GET", "/contacts/search/duplicate?locationId=L&email=m@firm.example")
    judged.ghl("GET", f"/contacts/{contact}")
    judged.ghl("GET", f"/contacts/{contact}", headers={"Authorization": ""})
    judged.ghl("DELETE", f"/contacts/{contact}")
    judged.ghl("GET", f"/contacts/{contact}")
    assert judged.judged == 12


def test_instantly_keeps_its_contract(judged: _Judged) -> None:
    """The operations on leads, campaigns and the block list."""
    judged.hold_against(_contract(_INSTANTLY, f"{judged.base}/instantly"), "/instantly")
    leads = [
        {"email": "m@firm.example", "first_name": "Mara", "custom_variables": {"icp_score": 95}},
        {"email": "x"},
    ]
    added = judged.instantly("POST", "/leads/add", {"campaign_id": CAMPAIGN, "leads": leads}).json()
    lead = f"/leads/{added['created_leads'][0]['id']}"
    judged.instantly("POST", "/leads/add", {"list_id": CAMPAIGN, "leads": [{"first_name": "Mara"}]})
    judged.instantly("POST", "/leads/list", {"contacts": ["m@firm.example"]})
    judged.instantly("POST", "/leads/list", {"limit": 1})
    judged.instantly("POST", "/leads/list", {"limit": 101})
    judged.instantly("PATCH", lead, {"job_title": "CRO"})
    judged.instantly("GET", lead)
    judged.instantly("GET", lead, headers={"Authorization": ""})
    judged.instantly("DELETE", lead)
    judged.instantly("GET", lead)
    judged.instantly("GET", "/campaigns")
    judged.instantly("GET", f"/campaigns/{CAMPAIGN}")
    judged.instantly("POST", "/block-lists-entries", {"bl_value": "m@firm.example"})
    assert judged.judged == 13
