"""Records one by one and in collections: what is saved, what is refused and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.salesforce.org import EXTERNAL_ID, codes, lead

if TYPE_CHECKING:
    from tests.sandbox.salesforce.org import OrgClient

ALLOWED = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}


def test_an_upsert_creates_once_and_then_updates(org: OrgClient) -> None:
    """By the external id, and each result says which."""
    first, again = org.upsert(lead()), org.upsert(lead(Title="CEO"))
    assert (first[0]["created"], again[0]["created"]) == (True, False)
    assert first[0]["id"] == again[0]["id"]
    assert org.books()["records"] == 1


def test_results_come_in_the_order_of_the_request(org: OrgClient) -> None:
    """The good ones are saved although others are refused."""
    results = org.upsert(lead(1), lead(2, Email="none"), lead(3))
    assert [result["success"] for result in results] == [True, False, True]
    assert "id" not in results[1]
    assert org.books()["records"] == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"LastName": " "}, "REQUIRED_FIELD_MISSING"),
        ({"Company": None}, "REQUIRED_FIELD_MISSING"),
        ({"FirstName": "x" * 41}, "STRING_TOO_LONG"),
        ({"Nickname__c": "x"}, "INVALID_FIELD"),
        ({"CreatedDate": "2026-01-15T10:10:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"Email": "none@nowhere"}, "INVALID_EMAIL_ADDRESS"),
        ({EXTERNAL_ID: ""}, "MISSING_ARGUMENT"),
    ],
)
def test_a_record_that_breaks_a_rule_is_refused_alone(
    org: OrgClient, fields: dict[str, Any], code: str
) -> None:
    """With the vendor's code."""
    results = org.upsert(lead(1, **fields), lead(2))
    assert codes(results[0]) == [code]
    assert results[1]["success"]


def test_a_value_of_another_type_spoils_the_whole_call(org: OrgClient) -> None:
    """A text where a number belongs cannot be read."""
    body = {"records": [{"attributes": {"type": "Lead"}, **lead(ICP_Score__c="95")}]}
    answer = org.call("PATCH", f"/composite/sobjects/Lead/{EXTERNAL_ID}", body)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_values_are_kept_as_the_vendor_keeps_them(org: OrgClient) -> None:
    """Trimmed, e-mails in small letters, numbers as such, moments with their milliseconds."""
    moment = "2026-01-15T12:10:00+02:00"
    org.upsert(lead(Email="P1@A.Example", Title=" CEO ", ICP_Score__c=95, Enriched_At__c=moment))
    record = org.books()["record_list"][0]
    assert (record["Email"], record["Title"], record["ICP_Score__c"]) == ("p1@a.example", "CEO", 95.0)
    assert record["Enriched_At__c"] == "2026-01-15T10:10:00.000+0000"


def test_the_duplicate_rule_names_nobody_and_can_be_overruled(org: OrgClient) -> None:
    """On create and where an update takes another's e-mail, never of a record with itself."""
    org.upsert(lead(1), lead(2))
    assert codes(org.upsert(lead(3, Email="P1@a.example"))[0]) == ["DUPLICATES_DETECTED"]
    assert codes(org.upsert(lead(2, Email="p1@a.example"))[0]) == ["DUPLICATES_DETECTED"]
    assert org.upsert(lead(2, Title="CEO"))[0]["success"]
    assert org.books()["duplicate_emails"] == 0
    assert org.upsert(lead(3, Email="p1@a.example"), headers=ALLOWED)[0]["success"]
    assert org.books()["duplicate_emails"] == 1


def test_the_unique_field_names_the_other_record_by_fifteen_characters(org: OrgClient) -> None:
    """Even where duplicates are allowed."""
    first = org.upsert(lead(1))[0]["id"]
    created = org.collection("POST", [lead(1, Email="q@a.example")], headers=ALLOWED)
    assert codes(created[0]) == ["DUPLICATE_VALUE"]
    assert created[0]["errors"][0]["message"].endswith(f"id: {first[:15]}")


def test_one_record_twice_in_a_collection_is_refused_the_second_time(org: OrgClient) -> None:
    """By external id and by id."""
    results = org.upsert(lead(1), lead(1, Title="CEO"))
    assert [codes(result) for result in results] == [[], ["DUPLICATE_VALUE"]]
    twice = [{"id": results[0]["id"], "Title": title} for title in ("CFO", "CTO")]
    assert [codes(result) for result in org.collection("PATCH", twice)] == [[], ["DUPLICATE_VALUE"]]


def test_all_or_none_saves_nothing_where_one_fails(org: OrgClient) -> None:
    """The good ones say that they were rolled back."""
    results = org.upsert(lead(1), lead(2, Email="none"), all_or_none=True)
    assert codes(results[0]) == ["ALL_OR_NONE_OPERATION_ROLLED_BACK"]
    assert org.books()["records"] == 0


def test_two_hundred_records_are_the_most(org: OrgClient) -> None:
    """One more is refused as a whole."""
    assert len(org.upsert(*map(lead, range(200)))) == 200
    body = {"records": [{"attributes": {"type": "Lead"}, **lead(number)} for number in range(201)]}
    assert org.call("PATCH", f"/composite/sobjects/Lead/{EXTERNAL_ID}", body).status_code == 400


def test_a_deleted_record_lies_in_the_bin_and_is_not_found(org: OrgClient) -> None:
    """Neither by id nor by its values; the external id is free again."""
    first = org.upsert(lead())[0]["id"]
    assert org.call("DELETE", f"/sobjects/Lead/{first}").status_code == 204
    for answer in (
        org.call("DELETE", f"/sobjects/Lead/{first}"),
        org.call("GET", f"/sobjects/Lead/{first}"),
        org.call("PATCH", f"/sobjects/Lead/{first}", {"Title": "CEO"}),
    ):
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")
    assert codes(org.collection("PATCH", [{"id": first, "Title": "x"}])[0]) == ["ENTITY_IS_DELETED"]
    assert org.ids() == []
    assert org.upsert(lead())[0]["id"] != first
    assert (org.books()["records"], org.books()["in_recycle_bin"]) == (1, 1)


def test_a_converted_lead_is_read_and_not_written(org: OrgClient) -> None:
    """A sales person converts it."""
    first = org.upsert(lead())[0]["id"]
    org.sandbox.admin("PATCH", f"/salesforce/records/{first}", {"IsConverted": True})
    assert codes(org.upsert(lead(Title="CEO"))[0]) == ["CANNOT_UPDATE_CONVERTED_LEAD"]
    assert org.query("SELECT IsConverted FROM Lead").json()["records"][0]["IsConverted"] is True


def test_records_are_read_by_their_ids(org: OrgClient) -> None:
    """Both lengths of them; `null` for one that is not there."""
    first, second = (result["id"] for result in org.upsert(lead(1), lead(2)))
    body = {"ids": [second, "00Q00000000000z", first[:15]], "fields": ["Id", "Email"]}
    read = org.call("POST", "/composite/sobjects/Lead", body).json()
    assert [record and record["Id"] for record in read] == [second, None, first]
    for wrong in ("none", "0035g00000AbCdE"):
        assert org.call("POST", "/composite/sobjects/Lead", {**body, "ids": [wrong]}).status_code == 400
    by_url = org.call("GET", f"/composite/sobjects/Lead?ids={first}&fields=Id").json()
    assert [record["Id"] for record in by_url] == [first]


def test_one_record_is_upserted_by_its_external_id_in_the_path(org: OrgClient) -> None:
    """201, 200, and 300 where several have it; in the body it is refused."""
    path, body = f"/sobjects/Lead/{EXTERNAL_ID}/l1", {"LastName": "A", "Company": "B"}
    assert org.call("PATCH", f"{path}?updateOnly=true", body).status_code == 404
    assert [org.call("PATCH", path, body).status_code for _ in range(2)] == [201, 200]
    assert org.call("PATCH", path, {**body, EXTERNAL_ID: "l1"}).status_code == 400
    org.sandbox.admin("POST", "/salesforce/org", {"unique": False})
    org.seed(lead(1))
    several = org.call("PATCH", path, body)
    assert (several.status_code, len(several.json())) == (300, 2)
    assert codes(org.upsert(lead(1))[0]) == ["DUPLICATE_EXTERNAL_ID"]


def test_one_record_is_created_read_and_changed(org: OrgClient) -> None:
    """The plain way."""
    created = org.call("POST", "/sobjects/Lead", lead())
    assert created.status_code == 201
    path = f"/sobjects/Lead/{created.json()['id']}"
    assert org.call("PATCH", path, {"Title": "CEO", "Phone": None}).status_code == 204
    assert org.call("GET", f"{path}?fields=Title,Phone").json()["Title"] == "CEO"
    wrong = org.call("PATCH", path, {"LastName": ""})
    assert (wrong.status_code, wrong.json()[0]["fields"]) == (400, ["LastName"])


def test_blanks_and_overwritten_edits_are_counted(org: OrgClient) -> None:
    """What a person wrote counts until somebody else writes another value."""
    first = org.upsert(lead(Title="CEO", Phone="1"))[0]["id"]
    org.sandbox.admin("PATCH", f"/salesforce/records/{first}", {"Title": "Chief", "City": "Bonn"})
    org.upsert(lead(Title="Chief"))
    assert org.books()["human_edits_overwritten"] == 0
    org.upsert(lead(Title="CEO", Phone=""))
    books = org.books()
    assert (books["human_edits_overwritten"], books["blanks_written"]) == (1, 1)


def test_rows_are_locked_as_often_as_ordered(org: OrgClient) -> None:
    """Each record for itself, and it may be tried again."""
    org.sandbox.admin("POST", "/salesforce/org", {"locked": 0.5})
    results = org.upsert(*map(lead, range(100)))
    locked = [result for result in results if codes(result) == ["UNABLE_TO_LOCK_ROW"]]
    assert 20 < len(locked) < 80
    assert len(locked) + sum(result["success"] for result in results) == 100
