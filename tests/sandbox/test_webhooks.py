"""Webhooks: registered once, delivered whole or partly, once, twice or never."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.client import Client, receiving
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

_BOTH = ["row.enriched", "row.enrichment_failed"]


def _register(sandbox: Client, url: str, events: list[str] | None = None) -> Any:
    body = {"webhook_url": url, "events": events or _BOTH, "headers": {"X-Webhook-Secret": "s3cret"}}
    return sandbox.clay("POST", "/webhooks", body)


def _enrich(sandbox: Client, count: int) -> list[dict[str, Any]]:
    table = sandbox.table()
    ids = sandbox.add(table, count)
    sandbox.enrich(table, ids)
    return sandbox.enriched(table, ids)


def _settled(sandbox: Client, rows: int) -> Callable[[], bool]:
    """Whether every delivery of that many rows has arrived or is known to be lost."""

    def over() -> bool:
        hooks = sandbox.ledger()["clay"]["webhooks"]
        return bool(hooks["delivered"] + hooks["lost"] == rows + hooks["duplicated"])

    return over


def test_the_same_url_changes_the_standing_webhook(sandbox: Client) -> None:
    """201 first, then 200 with the same id."""
    first = _register(sandbox, "http://127.0.0.1:9/hook")
    second = _register(sandbox, "http://127.0.0.1:9/hook", ["row.enriched"])
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    listed = sandbox.clay("GET", "/webhooks").json()["webhooks"]
    assert [webhook["events"] for webhook in listed] == [["row.enriched"]]


@pytest.mark.parametrize(
    "body",
    [
        {"webhook_url": "nowhere", "events": _BOTH},
        {"webhook_url": "http://127.0.0.1:9/hook", "events": ["row.deleted"]},
        {"webhook_url": "http://127.0.0.1:9/hook", "events": _BOTH, "headers": {"a": 1}},
    ],
)
def test_a_webhook_that_cannot_be_is_refused(sandbox: Client, body: dict[str, Any]) -> None:
    """URL, events and headers are checked."""
    assert sandbox.clay("POST", "/webhooks", body).status_code == 400


def test_every_end_is_told_with_the_registered_headers(sandbox: Client) -> None:
    """One delivery a row, with every column, under the event that fits its status."""
    with receiving() as receiver:
        _register(sandbox, receiver.url)
        rows = {row["id"]: row for row in _enrich(sandbox, 150)}
        wait_until(_settled(sandbox, 150))
    assert receiver.secrets == {"s3cret"}
    assert {body["row_id"]: body["data"] for body in receiver.bodies} == rows
    for body in receiver.bodies:
        failed = body["data"]["enrichment_status"] == "failed"
        assert body["event"] == ("row.enrichment_failed" if failed else "row.enriched")


def test_a_delivery_is_repeated_until_it_is_accepted(sandbox: Client) -> None:
    """Two refusals, then the third try is the last."""
    with receiving() as receiver:
        receiver.statuses[:] = [500, 429]
        _register(sandbox, receiver.url)
        _enrich(sandbox, 1)
        wait_until(_settled(sandbox, 1))
    assert len(receiver.bodies) == 3
    assert sandbox.ledger()["clay"]["webhooks"]["sent"] == 3


def test_a_delivery_is_given_up_in_the_end(start: Callable[..., Client]) -> None:
    """Nobody listens, and the time for repeats is short."""
    sandbox = start(webhook_retry_seconds=0.3)
    _register(sandbox, "http://127.0.0.1:9/hook")
    _enrich(sandbox, 1)
    wait_until(lambda: sandbox.ledger()["clay"]["webhooks"]["failed"] == 1)


def test_deliveries_are_lost_doubled_and_cut(start: Callable[..., Client]) -> None:
    """The books of the sandbox agree with what arrived; a cut delivery holds no credits."""
    sandbox = start(webhook_lost=0.1, webhook_duplicate=0.2, webhook_partial=0.3, webhook_shuffle_seconds=0.1)
    with receiving() as receiver:
        _register(sandbox, receiver.url)
        _enrich(sandbox, 200)
        wait_until(_settled(sandbox, 200))
    hooks = sandbox.ledger()["clay"]["webhooks"]
    arrived = {body["row_id"] for body in receiver.bodies}
    assert hooks["lost"] == 200 - len(arrived) > 0
    assert hooks["duplicated"] == len(receiver.bodies) - len(arrived) > 0
    assert hooks["delivered"] == len(receiver.bodies)
    cut = [body for body in receiver.bodies if "credits_used" not in body["data"]]
    assert 0 < len(cut) < len(receiver.bodies)
    assert all("enrichment_status" in body["data"] for body in cut)


def test_deliveries_come_in_any_order(start: Callable[..., Client]) -> None:
    """Shuffled, the order of arrival is not the order of the enrichments' ends."""
    sandbox = start(webhook_shuffled=True, webhook_shuffle_seconds=0.3)
    with receiving() as receiver:
        _register(sandbox, receiver.url)
        _enrich(sandbox, 50)
        wait_until(_settled(sandbox, 50))
    ends = [body["data"]["enriched_at"] for body in receiver.bodies]
    assert ends != sorted(ends)


def test_a_reset_ends_what_is_still_to_be_delivered(sandbox: Client) -> None:
    """Repeats of an earlier life do not disturb the books of the next."""
    with receiving() as receiver:
        receiver.statuses[:] = [500, 500]
        _register(sandbox, receiver.url)
        _enrich(sandbox, 1)
        wait_until(lambda: len(receiver.bodies) == 1)
        sandbox.admin("POST", "/reset")
        _register(sandbox, receiver.url)
        row_id = _enrich(sandbox, 1)[0]["id"]
        # Refused once as well, this one is repeated later than the first one would have been.
        wait_until(_settled(sandbox, 1))
    assert [body["row_id"] for body in receiver.bodies[1:]] == [row_id, row_id]
