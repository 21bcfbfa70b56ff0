"""The judge itself: it refuses what the vendors would, and each exception is still needed."""

from __future__ import annotations

import pytest
import requests
from openapi_core import OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest
from openapi_core.exceptions import OpenAPIError

from tests.contract.contracts import (
    CLAY,
    CONTRACTS,
    GHL,
    INSTANTLY,
    NOT_IN_CONTRACT,
    NOT_STRICTLY_VALID,
    contract,
)

BEARER = {"Authorization": "Bearer key"}
VERSION = {"Version": "2021-07-28"}
CLAY_ROWS = "https://api.clay.com/v1/tables/t/rows"
GHL_UPSERT = "https://services.leadconnectorhq.com/contacts/upsert"
INSTANTLY_ADD = "https://api.instantly.ai/api/v2/leads/add"


def judged(name: str, url: str, body: object, headers: dict[str, str]) -> None:
    """Raise what the contract says of a POST."""
    request = requests.Request("POST", url, json=body, headers=headers)
    contract(name).validate_request(RequestsOpenAPIRequest(request))


@pytest.mark.parametrize(
    ("name", "url", "body", "headers"),
    [
        (CLAY, CLAY_ROWS, {"rows": [{"a": 1}]}, BEARER),
        (GHL, GHL_UPSERT, {"locationId": "l"}, BEARER | VERSION),
        (INSTANTLY, INSTANTLY_ADD, {"leads": [{"email": "a@b.example"}]}, BEARER),
    ],
)
def test_a_good_request_passes(name: str, url: str, body: object, headers: dict[str, str]) -> None:
    """So that the next test says something."""
    judged(name, url, body, headers)


@pytest.mark.parametrize(
    ("name", "url", "body", "headers"),
    [
        (CLAY, CLAY_ROWS, {"rows": []}, BEARER),
        (CLAY, CLAY_ROWS, {"rows": [{}] * 101}, BEARER),
        (CLAY, CLAY_ROWS, {"rows": [{"a": 1}]}, {}),
        (GHL, GHL_UPSERT, {"locationId": "l"}, BEARER),
        (GHL, GHL_UPSERT, {}, BEARER | VERSION),
        (GHL, GHL_UPSERT, {"locationId": "l", "customFields": [{"field_value": 5}]}, BEARER | VERSION),
        (INSTANTLY, INSTANTLY_ADD, {"leads": [{"title": "CEO"}]}, BEARER),
        (INSTANTLY, INSTANTLY_ADD, {"leads": [{}] * 1001}, BEARER),
    ],
)
def test_a_bad_request_is_refused(name: str, url: str, body: object, headers: dict[str, str]) -> None:
    """One rule of a vendor."""
    contract(name)
    with pytest.raises(OpenAPIError):
        judged(name, url, body, headers)


@pytest.mark.parametrize("name", NOT_STRICTLY_VALID)
def test_a_file_that_is_read_loosely_needs_it(name: str) -> None:
    """Once the vendor has mended it, it is to be read strictly."""
    contract(name)
    with pytest.raises(Exception, match=r"(?i)valid|unexpected|schema"):
        OpenAPI.from_file_path(str(CONTRACTS / name))


@pytest.mark.parametrize("call", NOT_IN_CONTRACT)
def test_a_call_that_is_not_judged_is_in_no_contract(call: tuple[str, str]) -> None:
    """Once the file holds it, it is to be judged."""
    contract(GHL)
    assert f'"{call[1]}' not in (CONTRACTS / GHL).read_text(encoding="utf-8")
