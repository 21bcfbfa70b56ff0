"""Clay's tables and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.client import COLUMNS, Client

if TYPE_CHECKING:
    from collections.abc import Callable

_URL = "https://www.linkedin.com/in/mara"


def test_a_column_of_an_unknown_type_is_refused(sandbox: Client) -> None:
    """The contract's types are all there are."""
    columns = [*COLUMNS, {"name": "extra", "type": "color"}]
    answer = sandbox.clay("POST", "/tables", {"name": "Leads", "columns": columns})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_input"


def test_tables_come_in_pages(sandbox: Client) -> None:
    """A page says whether another follows."""
    for number in range(3):
        sandbox.clay("POST", "/tables", {"name": f"T{number}", "columns": COLUMNS})
    first = sandbox.clay("GET", "/tables?page=1&limit=2").json()
    second = sandbox.clay("GET", "/tables?page=2&limit=2").json()
    assert [table["name"] for table in first["tables"] + second["tables"]] == ["T0", "T1", "T2"]
    assert first["pagination"]["has_next_page"] is True
    assert second["pagination"]["has_next_page"] is False


def test_row_ids_come_back_in_order_under_both_keys(sandbox: Client) -> None:
    """`rows` and `row_ids` name the same rows, in the order sent."""
    table = sandbox.table()
    rows = [{"linkedin_url": f"{_URL}{number}", "lead_id": str(number)} for number in range(5)]
    added = sandbox.clay("POST", f"{table}/rows", {"rows": rows}).json()
    assert [row["id"] for row in added["rows"]] == added["row_ids"]
    found = [sandbox.clay("GET", f"{table}/rows/{row_id}").json()["lead_id"] for row_id in added["row_ids"]]
    assert found == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"linkedin_url": "not a url"}, "linkedin_url"),
        ({"lead_id": "1"}, "linkedin_url"),
        ({"linkedin_url": None}, "linkedin_url"),
        ({"linkedin_url": _URL, "shoe_size": 42}, "shoe_size"),
        ({"linkedin_url": _URL, "company_size": "many"}, "company_size"),
        ({"linkedin_url": _URL, "company_size": True}, "company_size"),
        ({"linkedin_url": _URL, "tech_stack": "Gong"}, "tech_stack"),
        ({"linkedin_url": _URL, "email_work": "nobody"}, "email_work"),
        ({"linkedin_url": _URL, "scraped_at": "yesterday"}, "scraped_at"),
        ({"linkedin_url": _URL, "provenance": "text"}, "provenance"),
        ({"linkedin_url": _URL, "credits_used": 0}, "credits_used"),
        ({"linkedin_url": _URL, "enrichment_status": "done"}, "enrichment_status"),
    ],
)
def test_one_bad_row_keeps_all_rows_out(sandbox: Client, row: dict[str, Any], field: str) -> None:
    """The answer names index and field, and nothing is added."""
    table = sandbox.table()
    good = {"linkedin_url": _URL, "lead_id": "good"}
    answer = sandbox.clay("POST", f"{table}/rows", {"rows": [good, row]})
    assert answer.status_code == 400
    assert [(bad["index"], bad["field"]) for bad in answer.json()["error"]["row_errors"]] == [(1, field)]
    assert sandbox.ledger()["clay"]["rows"] == 0


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "rows", {"rows": [{"linkedin_url": _URL}] * 101}),
        ("POST", "rows", {"rows": []}),
        ("PATCH", "rows", {"rows": [{"id": "row_1"}] * 201}),
        ("POST", "enrich", {"row_ids": ["row_1"] * 51}),
        ("POST", "search", {"query": {}, "limit": 101}),
        ("POST", "export", {"limit": 5001}),
    ],
)
def test_a_batch_over_its_maximum_is_refused(sandbox: Client, method: str, path: str, body: Any) -> None:
    """Each operation has the contract's largest batch."""
    assert sandbox.clay(method, f"{sandbox.table()}/{path}", body).status_code == 400


def test_updates_stand_each_for_themselves(sandbox: Client) -> None:
    """An unknown row and a bad value are told in place, and the others are written."""
    table = sandbox.table()
    one, two = sandbox.add(table, 2)
    changes = [
        {"id": one, "icp_score": 95},
        {"id": "row_gone", "icp_score": 1},
        {"id": two, "icp_score": "x"},
    ]
    answers = sandbox.clay("PATCH", f"{table}/rows", {"rows": changes}).json()["rows"]
    assert ["error" in answer for answer in answers] == [False, True, True]
    assert sandbox.clay("GET", f"{table}/rows/{one}").json()["icp_score"] == 95


def test_one_row_is_updated_and_deleted(sandbox: Client) -> None:
    """PATCH answers with the row, DELETE with 204, and then the row is unknown."""
    table = sandbox.table()
    path = f"{table}/rows/{sandbox.add(table, 1)[0]}"
    assert sandbox.clay("PATCH", path, {"ghl_contact_id": "c1"}).json()["ghl_contact_id"] == "c1"
    assert sandbox.clay("DELETE", path).status_code == 204
    assert sandbox.clay("GET", path).status_code == 404


def test_search_matches_any_member_of_an_array(sandbox: Client) -> None:
    """By our own column, by id, by both; the indexed answer follows every change."""
    table = sandbox.table()
    ids = sandbox.add(table, 4)

    def found(query: dict[str, Any]) -> list[str]:
        rows = sandbox.clay("POST", f"{table}/search", {"query": query}).json()["rows"]
        return [row["id"] for row in rows]

    assert found({"lead_id": ["p1", "p3", "none"]}) == [ids[1], ids[3]]
    assert found({"id": ids[:2], "lead_id": "p1"}) == [ids[1]]
    sandbox.clay("PATCH", f"{table}/rows/{ids[1]}", {"lead_id": "q1", "title": "CRO"})
    assert found({"lead_id": "p1"}) == []
    assert found({"title": "CRO"}) == [ids[1]]
    sandbox.clay("DELETE", f"{table}/rows/{ids[1]}")
    assert found({"lead_id": "q1"}) == []


def test_export_comes_in_pages_and_since_a_moment(sandbox: Client) -> None:
    """`updated_since` leaves out what has not changed."""
    table = sandbox.table()
    ids = sandbox.add(table, 5)
    page = sandbox.clay("POST", f"{table}/export", {"page": 2, "limit": 3}).json()
    assert [row["id"] for row in page["rows"]] == ids[3:]
    assert page["pagination"]["has_next_page"] is False
    later = sandbox.clay("POST", f"{table}/export", {"updated_since": "2999-01-01T00:00:00Z"}).json()
    assert later["rows"] == []
    assert len(sandbox.clay("POST", f"{table}/export").json()["rows"]) == 5


def test_an_idempotency_key_gives_the_first_answer_again(sandbox: Client) -> None:
    """The rows of a repeated call are added once."""
    table = sandbox.table()
    headers = {"Idempotency-Key": "k1"}
    answers = [
        sandbox.clay("POST", f"{table}/rows", {"rows": [{"linkedin_url": _URL}]}, headers=headers).json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert sandbox.ledger()["clay"]["rows"] == 1


def test_an_idempotency_key_may_be_ignored(start: Callable[..., Client]) -> None:
    """With `idempotency="ignore"` a repeated call adds the rows again."""
    sandbox = start(idempotency="ignore")
    table = sandbox.table()
    row = {"linkedin_url": _URL, "lead_id": "same"}
    for _ in range(2):
        sandbox.clay("POST", f"{table}/rows", {"rows": [row]}, headers={"Idempotency-Key": "k1"})
    assert sandbox.ledger()["clay"]["rows_by_lead_id"] == {"max": 2, "duplicates": 1}


def test_the_deprecated_mode_answers_every_path_with_404(start: Callable[..., Client]) -> None:
    """As the vendor's old host does."""
    sandbox = start(deprecated=True)
    for path in ("/tables", "/webhooks", "/anything/else"):
        answer = sandbox.clay("GET", path)
        assert answer.status_code == 404
        assert answer.json() == {"success": False, "message": "deprecated API endpoint"}


def test_an_unknown_path_has_the_error_body_of_the_contract(sandbox: Client) -> None:
    """Also where no operation stands."""
    answer = sandbox.clay("GET", "/nowhere")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_key_is_asked_for(start: Callable[..., Client]) -> None:
    """Any key opens by default; a configured set is closed."""
    sandbox = start(clay_api_keys=frozenset({"right"}))
    assert sandbox.clay("GET", "/tables").status_code == 401
    assert sandbox.clay("GET", "/tables", headers={"Authorization": "Bearer right"}).status_code == 200
