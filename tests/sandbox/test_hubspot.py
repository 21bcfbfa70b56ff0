"""HubSpot's contacts, one by one and in batches, and its account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from tests.sandbox.client import Client

CONTACTS = "/crm/objects/2026-03/contacts"


def _batch(sandbox: Client, act: str, inputs: list[dict[str, Any]], **more: Any) -> requests.Response:
    return sandbox.hubspot("POST", f"{CONTACTS}/batch/{act}", {"inputs": inputs} | more)


def _by_email(email: str, trace: str | None = None, **properties: str) -> dict[str, Any]:
    one = {"id": email, "idProperty": "email", "properties": {"email": email} | properties}
    return one | ({"objectWriteTraceId": trace} if trace else {})


def _create(sandbox: Client, **properties: str) -> str:
    answer = sandbox.hubspot("POST", CONTACTS, {"properties": properties, "associations": []})
    assert answer.status_code == 201, answer.text
    contact_id: str = answer.json()["id"]
    return contact_id


def _get(sandbox: Client, contact_id: str, names: str = "email") -> requests.Response:
    return sandbox.hubspot("GET", f"{CONTACTS}/{contact_id}?properties={names}")


def _search(sandbox: Client, name: str, *values: str, **more: Any) -> list[str]:
    group = {"filters": [{"propertyName": name, "operator": "IN", "values": list(values)}]}
    body = {"filterGroups": [group], "sorts": [], "properties": [], "limit": 100, "after": "0"} | more
    answer = sandbox.hubspot("POST", f"{CONTACTS}/search", body)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["results"]]


def test_an_upsert_matches_whatever_the_case(sandbox: Client) -> None:
    """The second one updates the first one's contact, whose e-mail is kept in small letters."""
    first = _batch(sandbox, "upsert", [_by_email("Mara@Firm.example")]).json()["results"][0]
    second = _batch(sandbox, "upsert", [_by_email("mara@firm.EXAMPLE", firstname="Mara")]).json()["results"][
        0
    ]
    assert (first["new"], second["new"], first["id"]) == (True, False, second["id"])
    assert _get(sandbox, first["id"]).json()["properties"]["email"] == "mara@firm.example"
    assert sandbox.ledger()["hubspot"]["duplicate_emails"] == 0


def test_a_taken_email_is_refused_with_the_id(sandbox: Client) -> None:
    """409, as the vendor words it."""
    contact = _create(sandbox, email="m@firm.example")
    answer = sandbox.hubspot(
        "POST", CONTACTS, {"properties": {"email": "M@firm.example"}, "associations": []}
    )
    assert (answer.status_code, answer.json()["category"]) == (409, "CONFLICT")
    assert answer.json()["message"] == f"Contact already exists. Existing ID: {contact}"


def test_the_newer_conflict_names_no_id(start: Callable[..., Client]) -> None:
    """Whoever wants to know has to search."""
    sandbox = start(hubspot_conflict="OBJECT_ALREADY_EXISTS")
    _create(sandbox, email="m@firm.example")
    answer = sandbox.hubspot(
        "POST", CONTACTS, {"properties": {"email": "m@firm.example"}, "associations": []}
    )
    assert answer.json()["category"] == "OBJECT_ALREADY_EXISTS"
    assert "ID:" not in answer.json()["message"]


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"FirstName": "Mara"}, "PROPERTY_DOESNT_EXIST"),
        ({"icp_score": "95"}, "PROPERTY_DOESNT_EXIST"),
        ({"firstname": 7}, "INVALID_TYPE"),
        ({"lifecyclestage": "Lead"}, "INVALID_OPTION"),
        ({"lifecyclestage": "lead "}, "LEADING_TRAILING_WHITESPACE"),
        ({"email": "nobody"}, "INVALID_EMAIL"),
        ({"createdate": "2026-01-01"}, "READ_ONLY_VALUE"),
    ],
)
def test_values_are_checked_strictly(sandbox: Client, properties: Any, code: str) -> None:
    """400, the code stands as JSON within the message, and nothing is written."""
    answer = sandbox.hubspot("POST", CONTACTS, {"properties": properties, "associations": []})
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")
    assert f'"error":"{code}"' in answer.json()["message"]
    assert sandbox.ledger()["hubspot"]["contacts"] == 0


def test_each_record_of_a_traced_batch_fares_for_itself(sandbox: Client) -> None:
    """207: the errors name the inputs by their trace ids and are counted."""
    answer = _batch(
        sandbox,
        "upsert",
        [_by_email("a@firm.example", "t1"), _by_email("b@firm.example", "t2", lifecyclestage="?")],
    )
    body = answer.json()
    assert (answer.status_code, body["numErrors"], len(body["results"])) == (207, 1, 1)
    assert body["results"][0]["objectWriteTraceId"] == "t1"
    assert body["errors"][0]["context"] == {"objectWriteTraceId": ["t2"]}


def test_an_untraced_batch_is_refused_for_one(sandbox: Client) -> None:
    """400 for all of it."""
    inputs = [_by_email("b@firm.example", lifecyclestage="?"), _by_email("a@firm.example")]
    assert _batch(sandbox, "upsert", inputs).status_code == 400


@pytest.mark.parametrize(
    ("act", "inputs"),
    [
        ("upsert", [_by_email(f"p{number}@firm.example") for number in range(101)]),
        ("upsert", [_by_email("a@firm.example"), _by_email("A@firm.example")]),
        ("upsert", []),
        ("upsert", [{"id": "1", "idProperty": "phone", "properties": {}}]),
        ("upsert", [{"id": "1", "properties": {}}]),
        ("update", [_by_email("a@firm.example")]),
        ("update", [{"id": 101, "properties": {}}]),
        ("create", [{"properties": {"email": "a@firm.example"}}]),
        ("read", [{"id": "101"}]),
    ],
)
def test_a_batch_that_breaks_a_rule_is_refused(sandbox: Client, act: str, inputs: Any) -> None:
    """More than 100, one twice, none, no unique property, by e-mail, a number for an id, members missing."""
    assert _batch(sandbox, act, inputs).status_code == 400


def test_batches_read_by_id_and_by_email(sandbox: Client) -> None:
    """Values that are asked for and absent are null; who is missing is named in an error."""
    contact = _create(sandbox, email="m@firm.example", firstname="Mara")
    asked = {"properties": ["firstname", "lastname"], "propertiesWithHistory": []}
    answer = _batch(sandbox, "read", [{"id": "M@firm.example"}], idProperty="email", **asked).json()
    assert {"firstname": "Mara", "lastname": None}.items() <= answer["results"][0]["properties"].items()
    partly = _batch(sandbox, "read", [{"id": contact}, {"id": "999"}], **asked)
    assert (partly.status_code, partly.json()["errors"][0]["context"]) == (207, {"ids": ["999"]})


def test_a_property_is_made_once_and_may_be_unique(sandbox: Client) -> None:
    """No two contacts share its value, and an upsert finds them by it."""
    group = {"name": "ours", "label": "Ours"}
    path = "/crm/properties/2026-03/contacts"
    assert [sandbox.hubspot("POST", f"{path}/groups", group).status_code for _ in range(2)] == [201, 409]
    own = {"name": "key", "label": "Key", "type": "string", "fieldType": "text", "groupName": "ours"}
    own["hasUniqueValue"] = True  # type: ignore[assignment]
    assert [sandbox.hubspot("POST", path, own).status_code for _ in range(2)] == [201, 409]
    inputs = [{"id": "k1", "idProperty": "key", "properties": {"firstname": "Mara"}}]
    assert [_batch(sandbox, "upsert", inputs).json()["results"][0]["new"] for _ in range(2)] == [True, False]
    taken = sandbox.hubspot("POST", CONTACTS, {"properties": {"key": "k1"}, "associations": []})
    assert "CONFLICTING_UNIQUE_VALUE" in taken.json()["message"]


def test_a_merged_contact_answers_by_another_id(sandbox: Client) -> None:
    """And by the e-mails of both."""
    kept, other = _create(sandbox, email="a@firm.example"), _create(sandbox, email="b@firm.example")
    merged = {"primaryObjectId": kept, "objectIdToMerge": other}
    assert sandbox.hubspot("POST", f"{CONTACTS}/merge", merged).status_code == 200
    assert _get(sandbox, other).json()["id"] == kept
    answer = _batch(sandbox, "upsert", [_by_email("b@firm.example")]).json()["results"][0]
    assert (answer["id"], answer["new"]) == (kept, False)


def test_the_search_sees_a_change_late(start: Callable[..., Client]) -> None:
    """Whoever searches right after a write finds nothing."""
    sandbox = start(hubspot_index_lag_seconds=0.3)
    contact = _create(sandbox, phone="+14155550123")
    assert _search(sandbox, "phone", "+14155550123") == []
    assert wait_until(lambda: _search(sandbox, "phone", "+14155550123")) == [contact]


def test_phones_are_searched_without_the_countrys_code(sandbox: Client) -> None:
    """However they were typed in."""
    ids = {_create(sandbox, phone=phone) for phone in ("+14155550123", "(415) 555-0123")}
    assert set(_search(sandbox, "hs_searchable_calculated_phone_number", "4155550123")) == ids
    assert sandbox.ledger()["hubspot"]["duplicate_phones"] == 0


def test_a_search_needs_all_five_members(sandbox: Client) -> None:
    """As the contract has it."""
    assert sandbox.hubspot("POST", f"{CONTACTS}/search", {"filterGroups": []}).status_code == 400


def test_deleted_and_erased_contacts_are_found_by_nothing(sandbox: Client) -> None:
    """Erasing works by id and by e-mail; an id that nobody has is a 404, an e-mail is not."""
    first, second = _create(sandbox, email="a@firm.example"), _create(sandbox, email="b@firm.example")
    assert sandbox.hubspot("DELETE", f"{CONTACTS}/{first}").status_code == 204
    erase = f"{CONTACTS}/gdpr-delete"
    assert sandbox.hubspot("POST", erase, {"objectId": second}).status_code == 204
    assert sandbox.hubspot("POST", erase, {"objectId": second}).status_code == 404
    by_email = {"objectId": "b@firm.example", "idProperty": "email"}
    assert sandbox.hubspot("POST", erase, by_email).status_code == 204
    assert (_get(sandbox, first).status_code, _get(sandbox, second).status_code) == (404, 404)


def test_the_books_count_what_was_better_left_alone(sandbox: Client) -> None:
    """A blank over a value, and another value over a person's."""
    people = [{"properties": {"email": "m@firm.example", "jobtitle": "CFO", "company": "Firm"}}]
    contact = sandbox.admin("POST", "/hubspot/people", people).json()["ids"][0]
    sandbox.hubspot("PATCH", f"{CONTACTS}/{contact}", {"properties": {"jobtitle": "CEO", "company": None}})
    ledger = sandbox.ledger()["hubspot"]
    assert (ledger["blanks_written"], ledger["human_overwritten"], ledger["contacts"]) == (1, 2, 1)


@pytest.mark.parametrize(
    ("fault", "written", "named"),
    [
        ("refused", 0, 1),
        ("failed", 0, 1),
        ("unnamed", 1, 0),
        ("dropped", 0, 0),
        ("untraced", 1, 1),
        ("contradicted", 1, 2),
        ("miscounted", 1, 1),
    ],
)
def test_single_records_fail_on_demand(sandbox: Client, fault: str, written: int, named: int) -> None:
    """Once, and the next batch is well again."""
    sandbox.admin("POST", "/hubspot/record_faults", {"fault": fault, "times": 1})
    answer = _batch(sandbox, "upsert", [_by_email("a@firm.example", "t1")]).json()
    assert sandbox.ledger()["hubspot"]["contacts"] == written
    assert len(answer["results"]) + len(answer.get("errors", [])) == named
    assert len(_batch(sandbox, "upsert", [_by_email("a@firm.example", "t1")]).json()["results"]) == 1


def test_tokens_end(start: Callable[..., Client]) -> None:
    """A refresh token gives another one; one that nobody knows gives none."""
    sandbox = start(hubspot_refresh_tokens={"refresh"}, hubspot_token_seconds=0.2)
    form = {"grant_type": "refresh_token", "client_id": "i", "client_secret": "s", "refresh_token": "refresh"}
    token = sandbox.session.post(f"{sandbox.base}/hubspot/oauth/2026-03/token", data=form).json()
    sandbox.session.headers["Authorization"] = f"Bearer {token['access_token']}"
    details = "/account-info/2026-03/details"
    assert sandbox.hubspot("GET", details).json()["portalId"] == 4711
    wait_until(lambda: sandbox.hubspot("GET", details).status_code == 401)
    wrong = sandbox.session.post(
        f"{sandbox.base}/hubspot/oauth/2026-03/token", data=form | {"refresh_token": "another"}
    )
    assert (wrong.status_code, wrong.json()["status"]) == (400, "BAD_REFRESH_TOKEN")


def test_limits_name_their_policy(start: Callable[..., Client]) -> None:
    """The search's own without headers, the others' with them, the day's as DAILY."""
    sandbox = start(limits=True, hubspot_daily=8)
    body = {"filterGroups": [], "sorts": [], "properties": [], "limit": 1, "after": "0"}
    answers = [sandbox.hubspot("POST", f"{CONTACTS}/search", body) for _ in range(6)]
    assert (answers[5].status_code, answers[5].json()["policyName"]) == (429, "SECONDLY")
    assert "X-HubSpot-RateLimit-Max" not in answers[5].headers
    answers = [sandbox.hubspot("GET", "/crm/owners/2026-03") for _ in range(3)]
    assert answers[0].headers["X-HubSpot-RateLimit-Daily-Remaining"] == "1"
    assert (answers[2].status_code, answers[2].json()["policyName"]) == (429, "DAILY")


def test_deals_owners_and_companies(sandbox: Client) -> None:
    """As far as they are imitated."""
    contact = _create(sandbox, email="m@firm.example")
    deal = {"properties": {"dealname": "Firm", "amount": "100"}, "associations": []}
    assert sandbox.hubspot("POST", "/crm/objects/2026-09/deals", deal).status_code == 201
    company = f"{CONTACTS}/{contact}/associations/default/companies/77"
    assert sandbox.hubspot("PUT", company).status_code == 200
    owners = sandbox.hubspot("GET", "/crm/owners/2026-03?email=rep.one@portal.example").json()["results"]
    assert [one["id"] for one in owners] == ["41"]
    assert sandbox.hubspot("GET", "/crm/owners/v3").status_code == 404
