"""What a webhook source lets in, and what it answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.records import FIRST, SECOND, books, records, submit
from tests.waiting import wait_until

if TYPE_CHECKING:
    from tests.sandbox.client import Client


def _change(sandbox: Client, **changes: Any) -> None:
    sandbox.admin("POST", "/sources", {"slug": FIRST.slug, **changes})


def test_an_object_is_one_row_and_an_array_many(sandbox: Client) -> None:
    """One record, then three."""
    submit(sandbox, records(1)[0])
    submit(sandbox, records(3, prefix="q"))
    assert books(sandbox)["by_source"][FIRST.slug]["rows"] == 4


def test_the_answer_says_nothing_and_not_always_in_json(sandbox: Client) -> None:
    """JSON and plain text in turn; never a row's id."""
    answers = [submit(sandbox, [one]) for one in records(4)]
    kinds = [answer.headers["Content-Type"].partition(";")[0] for answer in answers]
    assert kinds == ["application/json", "text/plain"] * 2
    assert {answer.text for answer in answers} == {'{"success":true}', "OK"}


def test_arrays_may_be_refused(sandbox: Client) -> None:
    """A source of that mode takes objects alone."""
    _change(sandbox, arrays=False)
    assert submit(sandbox, records(1)).status_code == 422
    assert submit(sandbox, records(1)[0]).status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", SECOND.token])
def test_a_token_must_fit(sandbox: Client, token: str) -> None:
    """No other one opens the source, nor that of another source."""
    refused = submit(sandbox, records(1), headers={"x-clay-webhook-auth": token})
    assert refused.status_code == 401
    assert books(sandbox)["records"] == 0


def test_a_source_without_a_token_takes_from_anybody(sandbox: Client) -> None:
    """As most that are found in the open do."""
    _change(sandbox, token=None)
    assert submit(sandbox, records(1), headers={"x-clay-webhook-auth": "whatever"}).status_code == 200


def test_a_body_may_have_a_hundred_thousand_bytes(sandbox: Client) -> None:
    """Not one more."""
    frame = len(json.dumps({"notes": ""}))
    for size, status in ((100_000, 200), (100_001, 413)):
        body = json.dumps({"notes": "x" * (size - frame)}).encode()
        answer = submit(sandbox, None, data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == status


@pytest.mark.parametrize("body", [b"{'request_id': 1}", b"[]", b"[1]", b'"text"', b""])
def test_what_is_no_record_is_refused(sandbox: Client, body: bytes) -> None:
    """No JSON, an empty list, something that is no object."""
    answer = submit(sandbox, None, data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


def test_without_a_content_type_nothing_is_read(sandbox: Client) -> None:
    """However well the body is."""
    assert submit(sandbox, None, data=json.dumps(records(1)).encode()).status_code == 422


@pytest.mark.parametrize(("state", "status"), [("missing", 404), ("gone", 410)])
def test_a_retired_source_is_not_there(sandbox: Client, state: str, status: int) -> None:
    """And back when it is active again."""
    _change(sandbox, state=state)
    assert submit(sandbox, records(1)).status_code == status
    _change(sandbox, state="active")
    assert submit(sandbox, records(1)).status_code == 200


def test_an_unknown_source_is_not_there(sandbox: Client) -> None:
    """Until it is made."""
    third = FIRST.model_copy(update={"slug": "third", "token": "t3", "table": "table-3"})
    assert submit(sandbox, records(1), third).status_code == 404
    assert sandbox.admin("POST", "/sources", third.model_dump()).status_code == 201
    assert submit(sandbox, records(1), third).status_code == 200


def test_refusals_are_counted_by_status(sandbox: Client) -> None:
    """At the source that refused."""
    submit(sandbox, records(1), headers={"x-clay-webhook-auth": ""})
    submit(sandbox, [1])
    submit(sandbox, [1])
    assert books(sandbox)["by_source"][FIRST.slug]["refused"] == {"401": 1, "422": 2}


def test_a_fault_concerns_the_sources_too(sandbox: Client) -> None:
    """An answer may be lost after the records were taken, in the body of the sources' own errors."""
    order = {"service": "clay", "operation": "submitRecords", "fault": "status", "status": 503}
    sandbox.admin("POST", "/faults", order | {"when": "after", "times": 1})
    answer = submit(sandbox, records(2))
    assert (answer.status_code, answer.json()) == (503, {"message": "a fault on demand"})
    assert wait_until(lambda: books(sandbox)["records"]) == 2
