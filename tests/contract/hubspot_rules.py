"""What HubSpot asks of each request and no file of its own says: there is no contract that we may keep."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.contract.contracts import Judge

if TYPE_CHECKING:
    import pytest
    import requests

_VERSION = r"(2026-03|2026-09)"
_CONTACTS = rf"/crm/objects/{_VERSION}/contacts"
_PATHS = (
    rf"POST {_CONTACTS}/batch/(read|create|update)",
    rf"POST {_CONTACTS}/(search|gdpr-delete)",
    rf"PATCH {_CONTACTS}/[0-9]+",
    rf"(GET|POST) /crm/properties/{_VERSION}/contacts",
    rf"POST /crm/properties/{_VERSION}/contacts/groups",
    rf"POST /crm/objects/{_VERSION}/0-3/batch/(read|create)",
    rf"GET /crm/(owners/{_VERSION}|pipelines/{_VERSION}/0-3)",
    rf"(GET|POST) /crm/properties/{_VERSION}/0-3",
    rf"POST /crm/properties/{_VERSION}/0-3/groups",
    rf"GET /account-info/{_VERSION}/details",
)
MOST_INPUTS = 100
MOST_REACHED = 10_000
DEAL_TO_CONTACT = 3
#: The key of whoever is not the connector.
BY_HAND = "by-hand"
SEARCH = {"filterGroups", "sorts", "properties", "limit", "after"}


class Rules(Judge):
    """Stands before each request and lets none pass that HubSpot would refuse."""

    def __init__(self, real_url: str) -> None:
        super().__init__("hubspot", "https://api.hubapi.com", real_url)
        self.largest = 0

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a file, always."""
        self._install_in_requests(monkeypatch)
        self._install_in_aiohttp(monkeypatch)

    def _judge(self, request: requests.PreparedRequest) -> None:
        if request.headers.get("Authorization") == f"Bearer {BY_HAND}":
            return
        url = urlsplit(request.url or "")
        path = url.path.removeprefix("/hubspot")
        assert url.hostname == "127.0.0.1"
        assert path.startswith("/crm/owners/") or not url.query, "a query could hold personal data"
        assert parse_qs(url.query).keys() <= {"limit", "after"}
        assert re.fullmatch(r"Bearer \S+", request.headers["Authorization"])
        assert any(re.fullmatch(allowed, f"{request.method} {path}") for allowed in _PATHS), path
        if request.method != "GET":
            assert request.headers["Content-Type"] == "application/json"
            self._judge_body(path.rpartition("/")[2], json.loads(request.body or b""))
        self.judged.append(f"{request.method} {path}")

    def _judge_body(self, act: str, body: dict[str, Any]) -> None:
        judges = {"read": self._read, "create": self._create, "update": self._update, "search": self._search}
        if act in judges:
            judges[act](body)
        for name, value in body.get("properties", {}).items() if act.isdecimal() else ():
            assert isinstance(value, str), name

    def _inputs(self, body: dict[str, Any], key: str) -> list[dict[str, Any]]:
        inputs: list[dict[str, Any]] = body["inputs"]
        self.largest = max(self.largest, len(inputs))
        assert 1 <= len(inputs) <= MOST_INPUTS
        keys = [one[key].lower() for one in inputs]
        assert len(set(keys)) == len(keys), "no input comes twice"
        return inputs

    def _read(self, body: dict[str, Any]) -> None:
        self._inputs(body, "id")
        assert body.keys() - {"idProperty"} == {"inputs", "properties", "propertiesWithHistory"}

    def _create(self, body: dict[str, Any]) -> None:
        inputs = self._inputs(body, "objectWriteTraceId")
        assert [one for one in inputs if not _fits(one)] == []
        emails = [one["properties"]["email"] for one in inputs if "email" in one["properties"]]
        assert len(set(emails)) == len(emails)
        _check_texts(inputs)

    def _update(self, body: dict[str, Any]) -> None:
        inputs = self._inputs(body, "id")
        assert [one for one in inputs if not one["id"].isdecimal() or "idProperty" in one] == []
        _check_texts(inputs)

    def _search(self, body: dict[str, Any]) -> None:
        assert body.keys() == SEARCH
        assert len(body["sorts"]) <= 1
        assert int(body["after"]) + body["limit"] <= MOST_REACHED
        for one in [one for group in body["filterGroups"] for one in group["filters"]]:
            if one["operator"] == "IN":
                assert 0 < len(one["values"]) <= MOST_INPUTS
            else:
                assert isinstance(one["value"], str)


def _fits(one: dict[str, Any]) -> bool:
    """A deal is about one contact, a contact about nothing."""
    kinds = [kind["associationTypeId"] for link in one["associations"] for kind in link["types"]]
    return kinds == ([DEAL_TO_CONTACT] if "dealname" in one["properties"] else [])


def _check_texts(inputs: list[dict[str, Any]]) -> None:
    """Every property a text, and none a blank one: only what is undone is blanked, record by record."""
    values = [value for one in inputs for value in one["properties"].values()]
    assert [value for value in values if not isinstance(value, str) or not value] == []
