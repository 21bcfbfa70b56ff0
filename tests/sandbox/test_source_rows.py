"""What becomes of records in a table: kept or deleted, run or not, and paid for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.client import Client, receiving
from tests.sandbox.records import FIRST, SECOND, books, quiet, records, send, settled
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable


def _table(sandbox: Client, **changes: Any) -> None:
    sandbox.admin("POST", "/tables", {"name": "table-1", **changes})


def _column(sandbox: Client, **changes: Any) -> None:
    sandbox.admin("POST", "/column", changes)


def test_the_older_of_two_rows_stays(sandbox: Client) -> None:
    """What comes again with the same value is answered, deleted, never run and never called back."""
    with receiving() as receiver:
        send(sandbox, records(3, receiver.url))
        send(sandbox, [one | {"attempt": 2} for one in records(3, receiver.url)])
        held = settled(sandbox, "SUCCESS", 3)
    assert (held["rows"], held["runs"], len(receiver.bodies)) == (3, 3, 3)
    assert {tuple(one["without_row"]) for one in held["request_list"]} == {("duplicate",)}


def test_another_generation_of_a_lead_is_no_duplicate(sandbox: Client) -> None:
    """The column holds the request, so a refresh that is meant gets through."""
    again = [one | {"request_id": "p0.2", "dedupe_key": "p0.2"} for one in records(1)]
    send(sandbox, records(1) + again)
    assert books(sandbox)["rows"] == 2


@pytest.mark.parametrize(
    ("column", "value", "rows"),
    [
        ("linkedin_url", "https://www.linkedin.com/in/same", 1),
        ("linkedin_url", "", 2),
        ("linkedin_url", "x" * 201, 2),
        ("off", "https://www.linkedin.com/in/same", 2),
    ],
)
def test_duplicates_are_told_by_one_column(sandbox: Client, column: str, value: str, rows: int) -> None:
    """Blank and long values are never compared; switched off, nothing is."""
    _table(sandbox, dedupe=column)
    send(sandbox, [one | {"linkedin_url": value} for one in records(2)])
    assert books(sandbox)["rows"] == rows


def test_the_same_request_may_be_paid_twice(sandbox: Client) -> None:
    """Without auto-dedupe a record that comes again is another row and another charge; the books tell."""
    _table(sandbox, dedupe="off")
    send(sandbox, records(2) + records(1))
    held = books(sandbox)
    assert (held["requests"], held["requests_paid_twice"]) == (2, 1)
    assert [(one["rows"], one["runs"]) for one in held["request_list"]] == [(2, 2), (1, 1)]


def test_every_run_is_charged_in_credits_and_actions(sandbox: Client) -> None:
    """Actions of the enrichment columns and of the call; both agree between requests, rows and sums."""
    _table(sandbox, actions=3)
    _column(sandbox, actions=2)
    with receiving() as receiver:
        send(sandbox, records(20, receiver.url))
        held = settled(sandbox, "SUCCESS", 20)
    ledger = sandbox.ledger(detail=True)["clay"]
    assert held["actions"] == 20 * (3 + 2)
    assert {one["actions"] for one in held["request_list"]} == {5}
    assert held["credits"] == ledger["credits"] == sum(one["credits"] for one in held["request_list"]) > 20
    assert sum(row["credits"] for row in ledger["row_list"]) == held["credits"]


def test_runs_that_found_nothing_may_be_refunded(sandbox: Client) -> None:
    """Charged first and given back at the end, in both meters; the books show both."""
    _table(sandbox, refunded=["failed", "unenrichable"])
    with receiving() as receiver:
        send(sandbox, records(60, receiver.url))
        held = settled(sandbox, "SUCCESS", 60)
    refunded = {one["request_id"] for one in held["request_list"] if one["credits_refunded"]}
    vain = {body["request_id"] for body in receiver.bodies if not body["title"]}
    assert refunded == vain != set()
    assert held["actions_refunded"] == len(vain)
    assert held["credits_refunded"] == sum(
        one["credits"] for one in held["request_list"] if one["request_id"] in vain
    )


def test_refunded_credits_pay_for_another_run(start: Callable[..., Client]) -> None:
    """One credit is enough for somebody of whom nothing is found, however often."""
    sandbox = start(credits_available=1)
    _table(sandbox, refunded=["failed", "unenrichable"])
    with receiving() as receiver:
        send(sandbox, [_nobody(start) | {"callback_url": receiver.url}])
        settled(sandbox, "SUCCESS", 1)
        sandbox.admin("POST", "/rerun")
        wait_until(lambda: len(receiver.bodies) == 2)
    assert books(sandbox)["credits_refunded"] == 2


def _nobody(start: Callable[..., Client]) -> dict[str, Any]:
    """A record of a person of whom the seed finds nothing."""
    sandbox = start()
    with receiving() as receiver:
        send(sandbox, records(60, receiver.url))
        settled(sandbox, "SUCCESS", 60)
    vain = next(body["lead_key"] for body in receiver.bodies if not body["title"])
    return next(one for one in records(60) if one["lead_key"] == vain)


def test_rows_stand_in_the_list_of_all_rows(sandbox: Client) -> None:
    """Under the names under which the REST API's rows stand there."""
    send(sandbox, records(2))
    ledger = sandbox.ledger(detail=True)["clay"]
    assert [(row["lead_id"], row["enrich_count"]) for row in ledger["row_list"]] == [("p0", 1), ("p1", 1)]
    assert (ledger["rows_added"], ledger["enrichments"]) == (2, 2)


def test_a_person_is_found_alike_by_both_transports(sandbox: Client) -> None:
    """The same e-mail, title and phone for the same profile."""
    table = sandbox.table()
    ids = sandbox.add(table, 10)
    sandbox.enrich(table, ids)
    rows = sandbox.enriched(table, ids)
    with receiving() as receiver:
        send(sandbox, records(10, receiver.url))
        settled(sandbox, "SUCCESS", 10)
    found = {body["lead_key"]: body for body in receiver.bodies}
    for row in rows:
        for name in ("email_work", "title", "phone"):
            assert found[row["lead_id"]][name] == str(row.get(name) or "")


def test_a_false_run_condition_leaves_the_cell_empty(sandbox: Client) -> None:
    """No charge, no call, for a share of people that the seed chooses."""
    _table(sandbox, condition_false=0.5)
    with receiving() as receiver:
        send(sandbox, records(40, receiver.url))
        held = wait_until(lambda: h if _at_rest(h := books(sandbox)) else None)
    empty = held["cells"]["empty"]
    assert 5 < empty < 35
    assert held["runs"] == len(receiver.bodies) == 40 - empty


def _at_rest(held: dict[str, Any]) -> bool:
    return set(held["cells"]) <= {"empty", "SUCCESS"}


def test_with_auto_run_off_nothing_runs(sandbox: Client) -> None:
    """Until somebody runs the rows."""
    _table(sandbox, auto_run=False)
    with receiving() as receiver:
        send(sandbox, records(3, receiver.url))
        held = books(sandbox)
        assert (held["cells"], held["credits"]) == ({"TABLE_AUTO_RUN_OFF": 3}, 0)
        _table(sandbox, auto_run=True)
        assert sandbox.admin("POST", "/rerun").json() == {"rows": 3}
        assert settled(sandbox, "SUCCESS", 3)["runs"] == 3


def test_without_credits_nothing_comes_back(start: Callable[..., Client]) -> None:
    """What the credits covered is called back, the rest stands with its error and costs nothing."""
    sandbox = start(credits_available=40)
    with receiving() as receiver:
        send(sandbox, records(20, receiver.url))
        held = wait_until(lambda: h if _over(h := books(sandbox)) else None)
    assert 0 < held["credits"] <= 40
    assert held["cells"]["ERROR_OUT_OF_CREDITS"] + len(receiver.bodies) == 20


def _over(held: dict[str, Any]) -> bool:
    return set(held["cells"]) <= {"ERROR_OUT_OF_CREDITS", "SUCCESS"}


def test_a_rerun_pays_and_calls_again_with_other_values(sandbox: Client) -> None:
    """Of one table, and the size of each firm has grown."""
    with receiving() as receiver:
        send(sandbox, records(5, receiver.url))
        send(sandbox, records(5, receiver.url, prefix="q"), SECOND)
        before = settled(sandbox, "SUCCESS", 10)
        assert sandbox.admin("POST", "/rerun", {"table": "table-1"}).json() == {"rows": 5}
        wait_until(lambda: len(receiver.bodies) == 15)
    held = books(sandbox)
    assert held["credits"] > before["credits"]
    assert held["requests_paid_twice"] == 5
    sizes: dict[str, list[str]] = {}
    for body in receiver.bodies:
        sizes.setdefault(body["lead_key"], []).append(body["company_size"])
    grown = [int(pair[1]) - int(pair[0]) for pair in sizes.values() if len(pair) == 2 and pair[0].isdigit()]
    assert set(grown) == {1}


def test_rows_may_be_deleted_once_they_were_called_back(sandbox: Client) -> None:
    """They make room in the table and stay in the books; the source's count does not fall."""
    _table(sandbox, auto_delete="delivered", limit=5)
    with receiving() as receiver:
        receiver.statuses[:] = [500]
        send(sandbox, records(5, receiver.url))
        wait_until(lambda: books(sandbox)["rows"] == 0)
        send(sandbox, records(5, receiver.url, prefix="q"))
        held = settled(sandbox, "SUCCESS", 10)
    assert (held["by_source"][FIRST.slug]["used"], held["requests"]) == (10, 10)
    assert len(receiver.bodies) == 11


def test_a_row_that_was_called_back_twice_is_deleted_once(sandbox: Client) -> None:
    """The table's size is not counted down again."""
    _table(sandbox, auto_delete="delivered")
    _column(sandbox, doubled=1.0)
    with receiving() as receiver:
        send(sandbox, records(3, receiver.url))
        wait_until(lambda: len(receiver.bodies) == 6)
        held = wait_until(lambda: h if (h := books(sandbox))["callbacks"]["delivered"] == 6 else None)
    assert held["rows"] == 0


def test_without_a_success_column_a_row_goes_after_one_try(sandbox: Client) -> None:
    """A call that failed is not repeated, and the result is gone with the row."""
    _table(sandbox, auto_delete="called")
    with receiving() as receiver:
        receiver.statuses[:] = [500]
        send(sandbox, records(1, receiver.url))
        held = wait_until(lambda: h if (h := books(sandbox))["rows"] == 0 else None)
    assert (held["callbacks"]["failed"], len(receiver.bodies)) == (1, 1)


def test_a_row_without_an_address_calls_nobody(sandbox: Client) -> None:
    """Its cell says so; the enrichment was paid."""
    send(sandbox, [one | {"callback_url": ""} for one in records(1)])
    held = settled(sandbox, "ERROR_BAD_REQUEST", 1)
    assert (held["runs"], held["callbacks"]["sent"]) == (1, 0)


def test_a_reset_forgets_rows_and_changes(start: Callable[..., Client]) -> None:
    """What was under way ends without a trace, and the sources are those of the settings."""
    sandbox = start(enrich_seconds=(0.2, 0.2), column=quiet())
    empty = sandbox.ledger()
    standing = sandbox.admin("GET", "/sources").json()
    with receiving() as receiver:
        _table(sandbox, limit=3)
        _column(sandbox, lost=1.0)
        send(sandbox, records(3, receiver.url))
        sandbox.admin("POST", "/reset")
        send(sandbox, records(1, receiver.url, prefix="q"))
        settled(sandbox, "SUCCESS", 1)
        assert [body["lead_key"] for body in receiver.bodies] == ["q0"]
    sandbox.admin("POST", "/reset")
    assert sandbox.ledger() == empty
    assert sandbox.admin("GET", "/sources").json() == standing


def test_a_reset_ends_calls_that_wait_for_their_turn(start: Callable[..., Client]) -> None:
    """Three rows wait at two calls a second; after a reset only those of the next life call."""
    sandbox = start(limits=True, enrich_seconds=(0.0, 0.0), column=quiet(rate=2))
    with receiving() as receiver:
        send(sandbox, records(3, receiver.url))
        wait_until(lambda: len(receiver.bodies) == 1)
        sandbox.admin("POST", "/reset")
        send(sandbox, records(3, receiver.url, prefix="q"))
        settled(sandbox, "SUCCESS", 3)
    assert [body["lead_key"] for body in receiver.bodies] == ["p0", "q0", "q1", "q2"]
