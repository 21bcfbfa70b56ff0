"""Routines over files: written and read by presigned addresses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import requests

from tests.sandbox.routines import ROUTINE, batch, call, fetched, items, over, people
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.client import Client


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
    wait_until(lambda: fetched(old).status_code == 403)
    assert fetched(over(sandbox, path)["result_url"]).status_code == 200


def test_a_presigned_address_takes_no_key(sandbox: Client) -> None:
    """A client that sends its key elsewhere is found out."""
    offer = call(sandbox, "POST", f"{ROUTINE}/run-batch/upload-url").json()
    answer = requests.put(offer["upload_url"], data=b"", headers={"clay-api-key": "key"}, timeout=60)
    assert answer.status_code == 400
