"""Judges requests to Salesforce by rules written by hand, as the vendor has no file to hold them to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.contract.contracts import Judge

if TYPE_CHECKING:
    import pytest
    import requests

DATA = "/salesforce/services/data/v67.0"
TOKEN = "/salesforce/services/oauth2/token"
EXTERNAL_ID = "Alpha_Swarm_Id__c"
MOST_WRITTEN = 200
MOST_READ = 2000
LONGEST_ADDRESS = 16_384


class SalesforceJudge(Judge):
    """Before every request that leaves the process."""

    def __init__(self, sandbox: str) -> None:
        super().__init__("", "", "")
        self._host = urlsplit(sandbox).netloc

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand there."""
        self._install_in_requests(monkeypatch)
        self._install_in_aiohttp(monkeypatch)

    def _judge(self, request: requests.PreparedRequest) -> None:
        address = urlsplit(request.url or "")
        if address.path.startswith("/_sandbox"):
            return
        assert address.netloc == self._host, "only the org's own host is called"
        assert len(address.path) + len(address.query) < LONGEST_ADDRESS
        if address.path == TOKEN:
            assert "Authorization" not in request.headers
        else:
            _judge_call(str(request.method), address.path, request)
        self.judged.append(f"{request.method} {address.path.removeprefix(DATA)}")


def _judge_call(method: str, path: str, request: requests.PreparedRequest) -> None:
    assert path.startswith(DATA + "/")
    assert request.headers["Authorization"].startswith("Bearer ")
    parts = path.removeprefix(DATA + "/").split("/")
    body: Any = json.loads(request.body) if request.body else {}
    if parts[:2] == ["composite", "sobjects"] and method == "DELETE":
        _judge_deletion(parse_qs(urlsplit(request.url or "").query))
    elif parts[:2] == ["composite", "sobjects"]:
        _judge_collection(method, parts[2:], body)
    if parts[0] == "sobjects" and len(parts) == 4:
        assert parts[2] not in body, "the external id stands in the path alone"


def _judge_deletion(query: dict[str, list[str]]) -> None:
    ids = query["ids"][0].split(",")
    assert query["allOrNone"] == ["false"]
    assert 0 < len(ids) <= MOST_WRITTEN
    assert len(set(ids)) == len(ids), "no record comes twice"
    assert all(one.isalnum() for one in ids)


def _judge_collection(method: str, rest: list[str], body: Any) -> None:
    if method == "POST":
        assert 0 < len(body["ids"]) <= MOST_READ
        return
    assert method == "PATCH"
    assert body["allOrNone"] is False
    assert 0 < len(body["records"]) <= MOST_WRITTEN
    for record in body["records"]:
        _judge_record(record, upsert=rest == ["Lead", EXTERNAL_ID])
    keys = [record.get("id") or record[EXTERNAL_ID] for record in body["records"]]
    assert len(set(keys)) == len(keys), "no record comes twice"


def _judge_record(record: dict[str, Any], *, upsert: bool) -> None:
    assert record["attributes"] == {"type": "Lead"}
    assert "Id" not in record
    assert ("id" in record) is not upsert
    if upsert:
        assert record[EXTERNAL_ID]
        assert record["LastName"]
        assert record["Company"]
    assert not [name for name, value in record.items() if value in (None, "")], "no blank is sent"
