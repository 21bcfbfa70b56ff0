"""Clay's public API: routines run over items and files, results for a while, pings now and then."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from alpha_swarm.sandbox.clay.routines.pings import sign
from tests.sandbox.client import Client, eventually, receiving

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROUTINE = "/routines/function:t_1"


def call(sandbox: Client, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
    """A call below `/clay/public/v0`."""
    return sandbox._call(method, f"/clay/public/v0{path}", body, **more)


def items(*names: str) -> list[dict[str, Any]]:
    """An item for each person."""
    return [
        {"id": f"{name}.1", "inputs": {"linkedin_url": f"https://www.linkedin.com/in/{name}"}}
        for name in names
    ]


def people(count: int) -> list[dict[str, Any]]:
    """So many items."""
    return items(*(f"p{number}" for number in range(count)))


def run(sandbox: Client, given: Sequence[dict[str, Any]], **more: Any) -> str:
    """The id of a run that was accepted."""
    answer = call(sandbox, "POST", f"{ROUTINE}/run", {"items": given, **more})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["routine_run_id"])


def over(sandbox: Client, path: str) -> dict[str, Any]:
    """The answer under the path once it is 200."""

    def ask() -> dict[str, Any] | None:
        answer = call(sandbox, "GET", path)
        found: dict[str, Any] = answer.json()
        assert answer.status_code in {200, 202}, answer.text
        return found if answer.status_code == 200 else None

    complete: dict[str, Any] = eventually(ask)
    return complete


def upload(sandbox: Client, lines: Sequence[bytes]) -> str:
    """The id of a file with these lines."""
    offer = call(sandbox, "POST", f"{ROUTINE}/run-batch/upload-url").json()
    requests.put(offer["upload_url"], data=b"\n".join(lines), timeout=10).raise_for_status()
    return str(offer["file_id"])


def fetched(url: str) -> requests.Response:
    """What stands behind a presigned address."""
    return requests.request("GET", url, timeout=10)


def batch(sandbox: Client, lines: Sequence[bytes]) -> str:
    """The id of a batch over these lines."""
    answer = call(sandbox, "POST", f"{ROUTINE}/run-batch/start", {"file_id": upload(sandbox, lines)})
    assert answer.status_code == 202
    return str(answer.json()["routine_run_id"])


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

    eventually(finished)
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


def test_results_are_kept_for_a_while_and_are_of_one_kind(start: Callable[..., Client]) -> None:
    """Then the id is unknown, as it is where another kind of run is asked for."""
    sandbox = start(routine_results_seconds=0.3)
    run_id = run(sandbox, items("ada"))
    assert over(sandbox, f"/routines/run/{run_id}/results")["total"] == 1
    assert call(sandbox, "GET", f"/routines/run-batch/{run_id}/results").status_code == 404
    eventually(lambda: call(sandbox, "GET", f"/routines/run/{run_id}/results").status_code == 404)


def test_a_file_runs_as_a_batch(sandbox: Client) -> None:
    lines = [json.dumps(item).encode() for item in people(1000)]
    complete = over(sandbox, f"/routines/run-batch/{batch(sandbox, lines)}/results")
    assert (complete["total"], complete["finished"]) == (1000, 1000)
    found = fetched(complete["result_url"]).text.splitlines()
    assert [json.loads(line)["id"] for line in found] == [f"p{number}.1" for number in range(1000)]


def test_bad_lines_fail_a_batch_as_a_whole(sandbox: Client) -> None:
    """At most a hundred are named, all are counted, nothing is charged."""
    good = json.dumps(items("ada")[0]).encode()
    bad = [b"no json", good, b'{"id": "x"}', b'{"id": "y", "inputs": {}, "z": 1}', *[b"{}"] * 120]
    answer = over(sandbox, f"/routines/run-batch/{batch(sandbox, [good, *bad])}/results")
    assert answer["status"] == "validation_failed"
    assert (answer["error"]["total_invalid_rows"], len(answer["error"]["details"])) == (124, 100)
    named = [(one["line_number"], one["field"]) for one in answer["error"]["details"][:4]]
    assert named == [(2, "id"), (3, "id"), (4, "inputs"), (5, "z")]
    assert sandbox.ledger()["clay"]["routines"]["items"] == 0


def test_a_result_address_expires_and_another_is_made(start: Callable[..., Client]) -> None:
    sandbox = start(routine_result_url_seconds=0.2)
    run_id = batch(sandbox, [json.dumps(items("ada")[0]).encode()])
    path = f"/routines/run-batch/{run_id}/results"
    old = over(sandbox, path)["result_url"]
    assert fetched(old).status_code == 200
    eventually(lambda: fetched(old).status_code == 403)
    assert fetched(over(sandbox, path)["result_url"]).status_code == 200


def test_a_presigned_address_takes_no_key(sandbox: Client) -> None:
    """A client that sends its key elsewhere is found out."""
    offer = call(sandbox, "POST", f"{ROUTINE}/run-batch/upload-url").json()
    answer = requests.put(offer["upload_url"], data=b"", headers={"clay-api-key": "key"}, timeout=10)
    assert answer.status_code == 400


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


def test_the_end_of_a_run_is_told_with_a_signature(start: Callable[..., Client]) -> None:
    """To whoever asked for it; a batch is told in the same words."""
    with receiving() as receiver:
        sandbox = start(**hook(receiver.url))
        told = {run(sandbox, items(f"p{number}"), webhook_id="wh_1") for number in range(3)}
        run(sandbox, items("silent"))
        eventually(lambda: len(receiver.bodies) == 3)
    assert {body["data"]["routine_run_id"] for body in receiver.bodies} == told
    assert all(body.keys() == {"webhookId", "createdAt", "data"} for body in receiver.bodies)
    assert receiver.signatures == {sign("whsec_1", raw) for raw in receiver.raw}


def test_pings_are_lost_doubled_and_tests(start: Callable[..., Client]) -> None:
    """The books agree with what arrived."""
    shares = {"routine_ping_lost": 0.3, "routine_ping_duplicate": 0.3, "routine_ping_test": 0.3}
    with receiving() as receiver:
        sandbox = start(**(hook(receiver.url) | shares))
        for number in range(40):
            run(sandbox, items(f"p{number}"), webhook_id="wh_1")
        pings = eventually(lambda: _all_told(sandbox, 40))
        eventually(lambda: len(receiver.bodies) == pings["sent"] + pings["duplicated"] + pings["test"])
    assert min(pings.values()) > 0
    assert sum(body["data"] == {} for body in receiver.bodies) == pings["test"]


def _all_told(sandbox: Client, runs: int) -> dict[str, int] | None:
    pings: dict[str, int] = sandbox.ledger()["clay"]["routines"]["pings"]
    return pings if pings["sent"] + pings["lost"] == runs else None


def hook(url: str) -> dict[str, Any]:
    """A registered webhook whose pings all come once."""
    return {
        "routine_webhook_id": "wh_1",
        "routine_webhook_url": url,
        "routine_webhook_secret": "whsec_1",
        "routine_ping_lost": 0.0,
        "routine_ping_duplicate": 0.0,
        "routine_ping_test": 0.0,
    }
