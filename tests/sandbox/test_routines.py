"""Clay's public API: routines run over items, their results for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.sandbox.routines import ROUTINE, call, items, over, people, run
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.client import Client


def test_either_header_opens_the_door_and_nothing_else_does(start: Callable[..., Client]) -> None:
    sandbox = start(clay_api_keys=frozenset({"good"}))
    for headers, status in (
        ({"clay-api-key": "good"}, 200),
        ({"Authorization": "Bearer good"}, 200),
        ({"clay-api-key": "bad"}, 401),
        ({"Authorization": ""}, 401),
    ):
        answer = call(sandbox, "GET", "/me", headers=headers)
        assert answer.status_code == status
        assert ("message" in answer.json()) is (status == 401)


def test_a_run_is_told_as_in_progress_until_its_last_item_has_ended(start: Callable[..., Client]) -> None:
    sandbox = start(enrich_seconds=(0.0, 0.4))
    run_id = run(sandbox, people(100))
    seen: list[int] = []

    def finished() -> bool:
        answer = call(sandbox, "GET", f"/routines/run/{run_id}/results")
        seen.append(answer.json()["finished"])
        return answer.status_code == 200

    wait_until(finished)
    assert seen == sorted(seen)
    assert seen[-1] == 100
    assert any(0 < count < 100 for count in seen)


def test_results_come_in_pages(sandbox: Client) -> None:
    run_id = run(sandbox, people(45))
    first = over(sandbox, f"/routines/run/{run_id}/results")
    second = over(sandbox, f"/routines/run/{run_id}/results?cursor={first['cursor']}&limit=30")
    assert (len(first["data"]), len(second["data"])) == (20, 25)
    assert "cursor" not in second
    assert [item["id"] for item in first["data"] + second["data"]] == [f"p{number}.1" for number in range(45)]


def test_a_person_is_the_same_here_and_in_a_table(sandbox: Client) -> None:
    """Values, credits, and who fails."""
    table = sandbox.table()
    rows = sandbox.enriched(table, _enriching(sandbox, table, sandbox.add(table, 60)))
    charged = sandbox.ledger()["clay"]["credits"]
    sandbox.admin("POST", "/reset")
    data = over(sandbox, f"/routines/run/{run(sandbox, people(60))}/results?limit=100")["data"]
    shared = (
        "email_work",
        "email_personal",
        "phone",
        "title",
        "company_domain",
        "company_size",
        "tech_stack",
    )
    for row, item in zip(rows, data, strict=True):
        assert (row["enrichment_status"] == "failed") is (item["status"] == "failed")
        result = item.get("result", {})
        assert {name: row.get(name) for name in shared} == {name: result.get(name) for name in shared}
    assert 0 < charged < sandbox.ledger()["clay"]["credits"]


def _enriching(sandbox: Client, table: str, ids: list[str]) -> list[str]:
    sandbox.enrich(table, ids)
    return ids


def test_what_fails_is_not_paid_for(start: Callable[..., Client]) -> None:
    """Each other item costs a credit and an action at least; what failed says why."""
    sandbox = start()
    data = [
        item
        for part in range(6)
        for item in over(
            sandbox,
            f"/routines/run/{run(sandbox, items(*(f'person-{part * 100 + n}' for n in range(100))))}"
            "/results?limit=100",
        )["data"]
    ]
    failed = {item["id"] for item in data if item["status"] == "failed"}
    assert {"person-283.1", "person-296.1", "person-456.1"} <= failed
    assert all(item["error"]["message"] for item in data if item["id"] in failed)
    entries = sandbox.admin("GET", "/log").json()["entries"]
    for event in ("charge", "action"):
        free = {one["subject"] for one in entries if one["event"] == event and one["amount"] == 0}
        assert free == failed


def test_a_second_run_of_an_item_is_a_second_charge(sandbox: Client) -> None:
    for _ in range(2):
        run(sandbox, items("ada"))
    ledger = sandbox.ledger(detail=True)["clay"]
    assert (ledger["routines"]["runs"], ledger["routines"]["items"]) == (2, 2)
    assert ledger["routines"]["items_more_than_once"] == ledger["rows_enriched_more_than_once"] == 1
    assert [item["id"] for item in ledger["routines"]["item_list"]] == ["ada.1", "ada.1"]


def test_an_answer_can_be_cut_after_the_run_was_accepted(sandbox: Client) -> None:
    """Accepted and paid for, and nobody knows its id."""
    fault = {"service": "clay", "operation": "runRoutine", "fault": "reset", "when": "after", "times": 1}
    sandbox.admin("POST", "/faults", fault)
    with pytest.raises(requests.ConnectionError):
        run(sandbox, items("ada"))
    assert sandbox.ledger()["clay"]["routines"]["items"] == 1


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{ROUTINE}/run", {"items": []}, 400),
        (f"{ROUTINE}/run", {"items": people(101)}, 400),
        (f"{ROUTINE}/run", {"items": [{"id": "x" * 65, "inputs": {}}]}, 400),
        (f"{ROUTINE}/run", {"items": [{"id": "x", "inputs": "no"}]}, 400),
        (f"{ROUTINE}/run", {"items": [{"id": "x", "inputs": {}}] * 2}, 400),
        (f"{ROUTINE}/run", {"items": people(1), "webhook_id": "wh_unknown"}, 400),
        (f"{ROUTINE}/run", [], 400),
        ("/routines/nothing/run", {"items": people(1)}, 404),
        (f"{ROUTINE}/run-batch/start", {"file_id": "file_none"}, 400),
        ("/routines/nothing/run-batch/upload-url", None, 404),
    ],
)
def test_what_cannot_be_run_is_refused(sandbox: Client, path: str, body: Any, status: int) -> None:
    answer = call(sandbox, "POST", path, body)
    assert (answer.status_code, list(answer.json())) == (status, ["message"])
    assert sandbox.ledger()["clay"]["routines"]["items"] == 0


def test_only_routines_that_exist_are_run(start: Callable[..., Client]) -> None:
    """Where some are named, there are no others."""
    sandbox = start(routine_ids=frozenset({"function:t_2"}))
    for name, status in (("function:t_1", 404), ("function:t_2", 202)):
        answer = call(sandbox, "POST", f"/routines/{name}/run", {"items": people(1)})
        assert answer.status_code == status


def test_results_are_kept_for_a_while_and_are_of_one_kind(start: Callable[..., Client]) -> None:
    """Then the id is unknown, as it is where another kind of run is asked for."""
    sandbox = start(routine_results_seconds=0.3)
    run_id = run(sandbox, items("ada"))
    assert over(sandbox, f"/routines/run/{run_id}/results")["total"] == 1
    assert call(sandbox, "GET", f"/routines/run-batch/{run_id}/results").status_code == 404
    wait_until(lambda: call(sandbox, "GET", f"/routines/run/{run_id}/results").status_code == 404)


def test_short_credits_refuse_the_whole_run(start: Callable[..., Client]) -> None:
    sandbox = start(credits_available=5.0)
    answer = call(sandbox, "POST", f"{ROUTINE}/run", {"items": people(100)})
    assert answer.status_code == 403
    assert "quota" in answer.json()["message"]
    assert sandbox.ledger()["clay"]["credits"] == 0


def test_too_many_calls_are_told_when_to_come_back(start: Callable[..., Client]) -> None:
    """Retry-After stands there always, the other headers only now and then."""
    sandbox = start(routine_rate_headers=0.5)
    sandbox.admin("POST", "/limits", {"clay.routines": {"amount": 30, "seconds": 60}})
    answers = [call(sandbox, "GET", "/me") for _ in range(60)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 30
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
    told = [answer for answer in answers if answer.headers.get("X-RateLimit-Limit") == "30"]
    assert 0 < len(told) < 60


def test_an_end_can_be_one_that_nobody_knows(start: Callable[..., Client]) -> None:
    sandbox = start(routine_unknown_status=1.0)
    data = over(sandbox, f"/routines/run/{run(sandbox, items('ada'))}/results")["data"]
    assert data == [{"id": "ada.1", "status": "stopped"}]
