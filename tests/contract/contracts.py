"""Judges requests by the vendors' own OpenAPI files, which are not part of the project."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import requests
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yarl import URL

CONTRACTS = Path(os.environ.get("CONTRACTS_DIR") or Path(__file__).parents[2].parent / "shared" / "contracts")

CLAY = "clay/clay-rest-v1.openapi.yaml"
CLAY_PUBLIC = "clay/clay-public-v0.openapi.json"
GHL = "gohighlevel/apps/contacts.json"
GHL_DEALS = "gohighlevel/apps/opportunities.json"
INSTANTLY = "instantly/instantly-api-v2-openapi.json"

#: Files that the strict validator of specifications refuses, and why they are read all the same.
NOT_STRICTLY_VALID = dict.fromkeys(
    (GHL, GHL_DEALS), "its security schemes carry a `name` and an `in`, which only API keys may have"
)

#: Start of the path → the file that holds the calls of this vendor's that another one does not.
IN_ANOTHER_FILE: Mapping[str, str] = {"/opportunities/": GHL_DEALS}

#: (method, start of the path) of calls that a contract file does not hold, and why.
NOT_IN_CONTRACT: Mapping[tuple[str, str], str] = {
    ("GET", "/locations/"): "custom fields of a location stand in another file of the vendor",
    ("GET", "/users/"): "users of a location stand in another file of the vendor, which is not here",
    ("POST", "/locations/"): "custom fields of a location stand in another file of the vendor",
}


@cache
def contract(name: str) -> OpenAPI:
    """The contract, or a skip that says why."""
    path = CONTRACTS / name
    if not path.exists():
        pytest.skip(f"the contract {name} is not here: set CONTRACTS_DIR to the folder that holds it")
    if name in NOT_STRICTLY_VALID:
        return OpenAPI.from_file_path(str(path), config=Config(spec_validator_cls=None))
    return OpenAPI.from_file_path(str(path))


class Judge:
    """Validates each request as if it went to the vendor, then lets it go where it goes."""

    def __init__(self, name: str, vendor_url: str, real_url: str) -> None:
        self._name = name
        self._vendor_url = vendor_url
        self._real_url = real_url
        self.judged: list[str] = []

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand before each request, whoever sends it; without the contract everything goes unjudged."""
        if (CONTRACTS / self._name).exists():
            self._install_in_requests(monkeypatch)
            self._install_in_aiohttp(monkeypatch)

    def _install_in_requests(self, monkeypatch: pytest.MonkeyPatch) -> None:
        send = requests.Session.send

        def judged(
            session: requests.Session, request: requests.PreparedRequest, **kwargs: object
        ) -> requests.Response:
            if (request.url or "").startswith(self._real_url):
                self._judge(request)
            return send(session, request, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(requests.Session, "send", judged)

    def _install_in_aiohttp(self, monkeypatch: pytest.MonkeyPatch) -> None:
        start = aiohttp.ClientSession._request

        async def judged(
            session: aiohttp.ClientSession, method: str, url: URL, **options: Any
        ) -> aiohttp.ClientResponse:
            if str(url).startswith(self._real_url):
                parts = {name: options.get(name) for name in ("headers", "params", "data")}
                self._judge(requests.Request(method, str(url), **parts).prepare())
            return await start(session, method, url, **options)

        monkeypatch.setattr(aiohttp.ClientSession, "_request", judged)

    def _judge(self, request: requests.PreparedRequest) -> None:
        path = (request.url or "").removeprefix(self._real_url)
        if any(request.method == method and path.startswith(start) for method, start in NOT_IN_CONTRACT):
            return
        copy = request.copy()
        copy.url = self._vendor_url + path
        name = next((file for start, file in IN_ANOTHER_FILE.items() if path.startswith(start)), self._name)
        contract(name).validate_request(RequestsOpenAPIRequest(copy))
        self.judged.append(f"{request.method} {path.partition('?')[0]}")
