"""GoHighLevel's contacts, tags and custom fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.client import Client


def _upsert(sandbox: Client, **body: Any) -> dict[str, Any]:
    answer = sandbox.ghl("POST", "/contacts/upsert", {"locationId": "L"} | body)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def _field(sandbox: Client, name: str = "ICP Score") -> str:
    created = sandbox.ghl("POST", "/locations/L/customFields", {"name": name, "dataType": "TEXT"})
    field_id: str = created.json()["customField"]["id"]
    return field_id


def test_an_email_is_matched_whatever_its_case(sandbox: Client) -> None:
    """The second upsert finds the first contact."""
    first = _upsert(sandbox, email="Mara@firm.example")
    second = _upsert(sandbox, email="mara@FIRM.example", firstName="Mara")
    assert (first["new"], second["new"]) == (True, False)
    assert first["contact"]["id"] == second["contact"]["id"]
    assert sandbox.ledger()["ghl"]["contacts"] == 1


def test_a_phone_is_matched_when_no_email_is(sandbox: Client) -> None:
    """The e-mail decides first, then the phone, and only within the location."""
    by_phone = _upsert(sandbox, phone="+12125550100")
    by_email = _upsert(sandbox, email="m@firm.example")
    both = _upsert(sandbox, email="m@firm.example", phone="+12125550100")
    assert both["contact"]["id"] == by_email["contact"]["id"]
    assert _upsert(sandbox, phone="+12125550100")["contact"]["id"] == by_phone["contact"]["id"]
    assert _upsert(sandbox, locationId="M", email="m@firm.example")["new"] is True


def test_a_blank_overwrites_and_is_counted(sandbox: Client) -> None:
    """A client that sends what it does not know destroys what was known."""
    field = _field(sandbox)
    _upsert(sandbox, email="m@firm.example", firstName="Mara", phone="+12125550100")
    custom = [{"id": field, "field_value": ""}]
    after = _upsert(sandbox, email="m@firm.example", firstName="", phone=None, customFields=custom)
    assert not {"firstName", "phone"} & after["contact"].keys()
    assert sandbox.ledger()["ghl"]["blanks_written"] == 3


def test_tags_in_an_upsert_replace_and_the_sub_resource_adds(sandbox: Client) -> None:
    """The vendor's trap, and the way round it."""
    contact = _upsert(sandbox, email="m@firm.example", tags=["a", "b"])["contact"]["id"]
    tags = f"/contacts/{contact}/tags"
    added = sandbox.ghl("POST", tags, {"tags": ["c"]})
    assert (added.status_code, added.json()) == (201, {"tags": ["a", "b", "c"]})
    assert sandbox.ghl("DELETE", tags, {"tags": ["a"]}).json() == {"tags": ["b", "c"]}
    assert _upsert(sandbox, email="m@firm.example")["contact"]["tags"] == ["b", "c"]
    assert _upsert(sandbox, email="m@firm.example", tags=["z"])["contact"]["tags"] == ["z"]
    assert sandbox.ledger()["ghl"]["tag_calls"] == 2


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"icpScore": "95"}, "property icpScore should not exist"),
        ({"firstName": 7}, "firstName must be a string"),
        ({"tags": "a"}, "each value in tags must be a string"),
        ({"customFields": [{"id": "none", "field_value": "1"}]}, "customFields.0.id"),
        ({"customFields": [{"key": "icp", "field_value": "1"}]}, "customFields.0.id"),
        ({"customFields": [{"id": "none", "value": "1"}]}, "customFields.0.must"),
    ],
)
def test_a_body_that_does_not_fit_is_unprocessable(sandbox: Client, body: Any, message: str) -> None:
    """422 with a list of messages, and nothing is written."""
    answer = sandbox.ghl("POST", "/contacts/upsert", {"locationId": "L", "email": "m@firm.example"} | body)
    assert answer.status_code == 422
    assert answer.json()["message"][0].startswith(message)
    assert sandbox.ledger()["ghl"]["contacts"] == 0


def test_the_value_of_a_custom_field_is_a_text(sandbox: Client) -> None:
    """A number is refused, a text is kept under `value`; both versions' names are taken."""
    field = _field(sandbox)
    number = {
        "locationId": "L",
        "email": "m@firm.example",
        "customFields": [{"id": field, "field_value": 95}],
    }
    assert sandbox.ghl("POST", "/contacts/upsert", number).status_code == 422
    for name, value in (("field_value", "95"), ("fieldValue", "96")):
        contact = _upsert(sandbox, email="m@firm.example", customFields=[{"id": field, name: value}])[
            "contact"
        ]
        assert contact["customFields"] == [{"id": field, "value": value}]


def test_custom_fields_are_listed_with_their_key(sandbox: Client) -> None:
    """A field's key comes from its name, which can be had once."""
    field = _field(sandbox)
    listed = sandbox.ghl("GET", "/locations/L/customFields").json()["customFields"]
    assert [(one["id"], one["fieldKey"], one["dataType"]) for one in listed] == [
        (field, "contact.icp_score", "TEXT")
    ]
    again = sandbox.ghl("POST", "/locations/L/customFields", {"name": "ICP score", "dataType": "TEXT"})
    assert again.status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"), [({"Authorization": ""}, 401), ({"Version": ""}, 422), ({"Version": "v9"}, 422)]
)
def test_key_and_version_are_asked_for(sandbox: Client, headers: dict[str, str], status: int) -> None:
    """Both headers are mandatory."""
    answer = sandbox.ghl("GET", "/locations/L/customFields", headers=headers)
    assert (answer.status_code, answer.json()["statusCode"]) == (status, status)


def test_a_contact_is_read_changed_found_and_deleted(sandbox: Client) -> None:
    """The way of an update by id and of an erasure."""
    contact = _upsert(sandbox, email="m@firm.example")["contact"]["id"]
    changed = sandbox.ghl("PUT", f"/contacts/{contact}", {"firstName": "Mara"}).json()
    assert (changed["succeded"], changed["contact"]["firstName"]) == (True, "Mara")
    assert sandbox.ghl("PUT", f"/contacts/{contact}", {"locationId": "L"}).status_code == 422
    duplicate = "/contacts/search/duplicate?locationId=L&email=M@firm.example"
    assert sandbox.ghl("GET", duplicate).json()["contact"]["id"] == contact
    assert sandbox.ghl("DELETE", f"/contacts/{contact}").json() == {"succeded": True}
    assert sandbox.ghl("GET", f"/contacts/{contact}").status_code == 400
    assert sandbox.ghl("GET", duplicate).json()["contact"] is None


def test_creating_a_contact_twice_names_the_first(sandbox: Client) -> None:
    """400 with the id and the field that matched."""
    body = {"locationId": "L", "email": "m@firm.example"}
    contact = sandbox.ghl("POST", "/contacts/", body).json()["contact"]["id"]
    again = sandbox.ghl("POST", "/contacts/", body)
    assert again.status_code == 400
    assert again.json()["meta"] == {"contactId": contact, "matchingField": "email"}
