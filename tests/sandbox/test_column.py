"""The HTTP API column: what it sends, how often, and what goes wrong on the way."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.client import Client, receiving
from tests.sandbox.records import NOWHERE, books, quiet, records, send, settled
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

_KEYS = [
    "request_id", "lead_key", "callback_token", "email_work", "email_personal", "phone", "title",
    "company_domain", "company_industry", "company_size", "tech_stack", "funding_stage", "provider_email",
]  # fmt: skip


def _column(sandbox: Client, **changes: Any) -> None:
    sandbox.admin("POST", "/column", changes)


def test_every_row_is_called_back_with_its_own_ids(sandbox: Client) -> None:
    """One flat body a row, all of it text, with the headers that were typed in."""
    _column(sandbox, headers={"X-Webhook-Secret": "s3cret"})
    sent = {one["request_id"]: one for one in records(30)}
    with receiving() as receiver:
        send(sandbox, [one | {"callback_url": receiver.url} for one in sent.values()])
        settled(sandbox, "SUCCESS", 30)
    assert receiver.secrets == {"s3cret"}
    assert {body["request_id"] for body in receiver.bodies} == set(sent)
    for body in receiver.bodies:
        assert list(body) == _KEYS
        assert {type(value) for value in body.values()} == {str}
        assert body["callback_token"] == sent[body["request_id"]]["callback_token"]


def test_the_address_may_be_fixed(sandbox: Client) -> None:
    """Whatever the rows say."""
    with receiving() as receiver:
        _column(sandbox, url=receiver.url)
        send(sandbox, records(1, NOWHERE))
        settled(sandbox, "SUCCESS", 1)
    assert len(receiver.bodies) == 1


def test_the_body_is_a_template(sandbox: Client) -> None:
    """Columns by the names that people give them, inside text or alone; unknown ones are blank."""
    template = {"id": "{{request_id}}", "greeting": "Dear {{First Name}}, {{ nobody }}!", "x": "{{Nothing}}"}
    with receiving() as receiver:
        _column(sandbox, body=template)
        send(sandbox, records(1, receiver.url))
        settled(sandbox, "SUCCESS", 1)
    assert receiver.bodies == [{"id": "p0.1", "greeting": "Dear Mara, !", "x": ""}]


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_call_is_repeated_when_the_answer_is_worth_it(sandbox: Client, status: int) -> None:
    """The same body again; the action is paid once."""
    with receiving() as receiver:
        receiver.statuses[:] = [status]
        send(sandbox, records(1, receiver.url))
        held = settled(sandbox, "SUCCESS", 1)
    assert receiver.raw[0] == receiver.raw[1]
    assert (held["callbacks"]["sent"], held["callbacks"]["calls"], held["actions"]) == (2, 1, 2)


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_call_that_was_refused_is_not_repeated(sandbox: Client, status: int) -> None:
    """The cell shows an error, and that is all."""
    with receiving() as receiver:
        receiver.statuses[:] = [status]
        send(sandbox, records(1, receiver.url))
        held = settled(sandbox, "ERROR_BAD_REQUEST", 1)
    assert (held["callbacks"]["failed"], len(receiver.raw)) == (1, 1)


def test_a_slow_answer_makes_a_double(sandbox: Client) -> None:
    """The column gives up waiting and calls again, though the first call had arrived."""
    _column(sandbox, timeout_seconds=0.1)
    with receiving() as receiver:
        receiver.delays[:] = [0.5]
        send(sandbox, records(1, receiver.url))
        settled(sandbox, "SUCCESS", 1)
    assert len(receiver.bodies) == 2


def test_a_call_is_given_up_in_the_end(sandbox: Client) -> None:
    """Nobody listens, and the time for repeats is short."""
    _column(sandbox, retry_seconds=0.3)
    send(sandbox, records(1, NOWHERE))
    assert settled(sandbox, "ERROR_BAD_REQUEST", 1)["callbacks"]["failed"] == 1


def test_the_column_has_a_pace_of_its_own(start: Callable[..., Client]) -> None:
    """Eleven calls at twenty a second take half a second and more."""
    sandbox = start(limits=True, enrich_seconds=(0.0, 0.0), column=quiet(rate=20))
    with receiving() as receiver:
        begun = time.monotonic()
        send(sandbox, records(11, receiver.url))
        settled(sandbox, "SUCCESS", 11)
        assert time.monotonic() - begun >= 0.5


def test_calls_are_lost(sandbox: Client) -> None:
    """Paid, never made; the books name the requests."""
    _column(sandbox, lost=0.5)
    with receiving() as receiver:
        send(sandbox, records(40, receiver.url))
        held = settled(sandbox, "SUCCESS", 40)
    lost = {one["request_id"] for one in held["request_list"] if one["lost"]}
    assert len(lost) == held["callbacks"]["lost"] > 0
    came = {body["request_id"] for body in receiver.bodies}
    assert came == {one["request_id"] for one in records(40)} - lost
    assert held["actions"] == 80


def test_calls_are_doubled(sandbox: Client) -> None:
    """The same body twice."""
    _column(sandbox, doubled=1.0)
    with receiving() as receiver:
        send(sandbox, records(5, receiver.url))
        wait_until(lambda: books(sandbox)["callbacks"]["delivered"] == 10)
    assert len(set(receiver.raw)) == 5


def test_calls_come_late(sandbox: Client) -> None:
    """By the seconds that are set."""
    _column(sandbox, late=1.0, late_seconds=0.4)
    with receiving() as receiver:
        begun = time.monotonic()
        send(sandbox, records(1, receiver.url))
        held = settled(sandbox, "SUCCESS", 1)
        assert time.monotonic() - begun >= 0.4
    assert held["callbacks"]["late"] == 1


def test_calls_overtake_one_another(start: Callable[..., Client]) -> None:
    """Those that are held back come in any order; without that, in the order of the rows."""
    orders = []
    for share in (0.0, 1.0):
        column = quiet(reordered=share, reorder_seconds=0.4, concurrency=1)
        sandbox = start(enrich_seconds=(0.1, 0.1), column=column)
        with receiving() as receiver:
            send(sandbox, records(20, receiver.url))
            settled(sandbox, "SUCCESS", 20)
        orders.append([body["lead_key"] for body in receiver.bodies])
    assert orders[0] == [one["lead_key"] for one in records(20)] != orders[1]


def test_calls_are_forged(sandbox: Client) -> None:
    """Another body with a token that is not the row's comes beside the true one, and counts for nothing."""
    _column(sandbox, forged=1.0)
    with receiving() as receiver:
        send(sandbox, records(1, receiver.url))
        wait_until(lambda: len(receiver.bodies) == 2)
        held = settled(sandbox, "SUCCESS", 1)
    assert sorted(body["callback_token"] for body in receiver.bodies) == ["0" * 32, "token-0"]
    assert (held["callbacks"]["forged"], held["callbacks"]["delivered"]) == (1, 1)


def test_the_seed_says_which_calls_are_lost(start: Callable[..., Client]) -> None:
    """Two sandboxes with one seed lose the same ones; another run of a row is drawn anew."""
    column = quiet(lost=0.5, url=NOWHERE, retry_seconds=0)
    sandboxes = [start(seed=11, column=column) for _ in range(2)]
    lost = []
    for sandbox in sandboxes:
        send(sandbox, records(30))
        lost.append([one["lost"] for one in _at_rest(sandbox, 30)["request_list"]])
    assert lost[0] == lost[1]
    sandboxes[0].admin("POST", "/rerun")
    assert {one["lost"] for one in _at_rest(sandboxes[0], 60)["request_list"]} == {0, 1, 2}


def _at_rest(sandbox: Client, calls: int) -> dict[str, Any]:
    """The books once so many calls were made or lost."""
    found: dict[str, Any] = wait_until(
        lambda: held if (held := books(sandbox))["callbacks"]["calls"] == calls else None
    )
    return found
