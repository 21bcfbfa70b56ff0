"""The public API's answers that a sandbox does not give, and what goes where."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.clay.routines import ClayRoutines
from alpha_swarm.connectors.clay.routines_mapping import (
    RunName,
    item_of,
    result_of,
    row_id,
    run_of,
    unknown_status,
)
from alpha_swarm.connectors.clay.routines_schemas import Item
from alpha_swarm.connectors.clay.routines_settings import RoutinesConfig
from alpha_swarm.domain.calls.effect import Done, Refused
from alpha_swarm.domain.privacy.rights import Identifiers
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.errors import GiveUpError, QuotaExhaustedError, RetryLaterError, WrongAddressError
from alpha_swarm.ports.edge import Passage
from tests.doubles import NoGate
from tests.scripted_server import ScriptedServer, Told, told
from tests.unit.connectors.test_clay_rest import lead as named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.domain.leads.lead import Lead
    from tests.scripted_server import Asked

RUN = "/routines/function%3At_1/run"


A, B, C, D, BAD = (name.rjust(26, "0") for name in ("A", "B", "C", "D", "BAD"))
"""Lead ids, as the ledger's are: 26 characters."""


def lead(lead_id: str) -> Lead:
    """A lead by that id, with a profile."""
    return replace(named("a"), id=lead_id)


@pytest.fixture
def gate() -> NoGate:
    """Remembers what asked."""
    return NoGate()


@pytest.fixture
def clay(server: ScriptedServer, gate: NoGate) -> Iterator[ClayRoutines]:
    """The connector to a server that says what it is told to."""
    config = RoutinesConfig(
        keys=("s3cr3t",), routine_id="function:t_1", base_url=server.url, webhook_id="wh_1"
    )
    clay = ClayRoutines(config, gate, SystemClock())
    yield clay
    clay.close()


def item(**more: Any) -> Item:
    """An item of results."""
    return Item.model_validate({"id": f"{A}.1", "status": "complete", **more})


def test_an_item_carries_what_a_person_is_found_by_and_no_more() -> None:
    """Where and how somebody was met stays here."""
    assert item_of(lead(A)) == {
        "id": f"{A}.1",
        "inputs": {"linkedin_url": "https://www.linkedin.com/in/a", "first_name": "Ada"},
    }


@pytest.mark.parametrize("run", [RunName("run_1"), RunName("run_1", batch=True), RunName("odd/run")])
def test_a_row_id_tells_run_and_request(run: RunName) -> None:
    assert run_of(row_id(run, "lead.2")) == (run, "lead.2")


def test_a_result_is_read_by_our_columns() -> None:
    """Others are not ours; nothing that a database cannot store comes in."""
    result = {"Work Email": "a@b.example", "title": "CEO\x00", "Notes": "x", "lead_id": "other"}
    row = result_of(f"run_1/{A}.1", item(result=result))
    assert row.values == {"email_work": "a@b.example", "title": "CEO"}
    assert (row.row_id, row.lead_id) == (f"run_1/{A}.1", A)


def test_a_failure_keeps_its_reason_and_says_who_it_is_about() -> None:
    row = result_of(f"run_1/{A}.1", item(status="failed", error={"message": "x" * 500}))
    assert (row.status, row.lead_id, len(row.error or "")) == (EnrichmentStatus.FAILED, A, 200)


def test_no_data_is_no_failure() -> None:
    """The lead is judged by its values, of which there are none."""
    row = result_of(f"run_1/{A}.1", item(result={}))
    assert (row.status, row.error, row.finished) == (EnrichmentStatus.COMPLETED, None, True)


@pytest.mark.parametrize(
    ("status", "shown"),
    [("timed_out", "timed_out"), ("Ada Example is away", "unreadable"), ("", "unreadable")],
)
def test_a_status_that_nobody_knows_is_shown_only_if_it_is_a_word(status: str, shown: str) -> None:
    assert unknown_status(status).endswith(f": {shown}")
    assert result_of(f"run_1/{A}.1", item(status=status)).status is EnrichmentStatus.FAILED


def test_the_key_goes_in_its_own_header_and_the_webhook_along(
    clay: ClayRoutines, server: ScriptedServer, gate: NoGate
) -> None:
    """And nowhere else; the gate counts the call by its own limit."""
    server.answers("POST", RUN, told({"routine_run_id": "run_1", "status": "in_progress"}, 202))
    assert clay.submit([lead(A)], "key") == {A: Done(f"run_1/{A}.1")}
    (asked,) = server.asked
    assert asked.headers["clay-api-key"] == "s3cr3t"
    assert "authorization" not in asked.headers
    assert asked.json["webhook_id"] == "wh_1"
    assert gate.entered == [Passage(target="clay", limit="clay.routines", records=1)]


def test_a_bad_item_is_found_by_halving(clay: ClayRoutines, server: ScriptedServer) -> None:
    """The others are run once each; what was refused cost nothing."""

    def judge(asked: Asked) -> Any:
        names = [one["id"] for one in asked.json["items"]]
        if f"{BAD}.1" in names:
            return told({"message": "an item is invalid"}, 400)
        return told({"routine_run_id": f"run_{names[0]}", "status": "in_progress"}, 202)

    server.answers("POST", RUN, judge)
    outcomes = dict(clay.submit([lead(name) for name in (A, B, BAD, C, D)], "key"))
    refused = outcomes.pop(BAD)
    assert isinstance(refused, Refused)
    assert refused.cause == "invalid_input"
    assert outcomes == {
        A: Done(f"run_{A}.1/{A}.1"),
        B: Done(f"run_{A}.1/{B}.1"),
        C: Done(f"run_{C}.1/{C}.1"),
        D: Done(f"run_{C}.1/{D}.1"),
    }


def test_what_is_refused_for_the_quota_is_not_halved(clay: ClayRoutines, server: ScriptedServer) -> None:
    """The message is all that the API says."""
    server.answers("POST", RUN, told({"message": "Your workspace is out of credits"}, 400))
    with pytest.raises(QuotaExhaustedError):
        clay.submit([lead(A), lead(B)], "key")
    assert len(server.asked) == 1


def test_a_whole_run_of_a_status_that_nobody_knows_has_failed(
    clay: ClayRoutines, server: ScriptedServer
) -> None:
    body = {"routine_run_id": "run_1", "total": 1, "finished": 1, "status": "cancelled", "data": []}
    server.answers("GET", "/routines/run/run_1/results", told(body))
    row = clay.fetch([f"run_1/{A}.1"])[f"run_1/{A}.1"]
    assert (row.status, row.error) == (
        EnrichmentStatus.FAILED,
        "clay named a status that is not known: cancelled",
    )


@pytest.mark.parametrize("status", ["validation_failed", "processing_failed"])
def test_a_batch_that_came_to_nothing_has_failed(
    clay: ClayRoutines, server: ScriptedServer, status: str
) -> None:
    body = {"routine_run_id": "run_1", "status": status, "error": {"message": "about Ada"}}
    server.answers("GET", "/routines/run-batch/run_1/results", told(body))
    row = clay.fetch([f"batch:run_1/{A}.1"])[f"batch:run_1/{A}.1"]
    assert (row.status, row.error) == (EnrichmentStatus.FAILED, f"the batch came to nothing: {status}")


@pytest.mark.parametrize("body", [b"<html>", b'{"success": false, "message": "deprecated API endpoint"}'])
def test_only_the_api_itself_can_say_that_a_run_is_gone(
    clay: ClayRoutines, server: ScriptedServer, body: bytes
) -> None:
    """Any other 404 is a wrong address, or a version that is no more."""
    server.answers("GET", "/routines/run/run_1/results", Told(404, body))
    with pytest.raises(WrongAddressError):
        clay.fetch([f"run_1/{A}.1"])


@pytest.mark.parametrize(
    "url", ["http://files.example/x", "ftp://127.0.0.1/x", "https://", "https://[::1", "x"]
)
def test_an_answer_leads_to_no_address_that_is_unfit(
    clay: ClayRoutines, server: ScriptedServer, url: str
) -> None:
    body = {"routine_run_id": "run_1", "total": 1, "finished": 1, "status": "complete", "result_url": url}
    server.answers("GET", "/routines/run-batch/run_1/results", told(body))
    with pytest.raises(RetryLaterError):
        clay.fetch([f"batch:run_1/{A}.1"])


def test_a_public_api_does_not_lead_into_our_own_house() -> None:
    """Loopback is for the sandbox, which is there itself."""
    config = RoutinesConfig(keys=("k",), routine_id="function:t_1")
    clay = ClayRoutines(config, NoGate(), SystemClock())
    with pytest.raises(RetryLaterError):
        clay._files.read("https://127.0.0.1/x")


def test_a_row_whose_run_nobody_knows_is_still_awaited(clay: ClayRoutines, server: ScriptedServer) -> None:
    """Its call was never answered, and nobody can be asked."""
    assert not clay.fetch([""])[""].finished
    assert server.asked == []


def test_a_ping_names_a_run_or_is_a_test(clay: ClayRoutines) -> None:
    def ping(data: Any) -> bytes:
        return json.dumps(
            {"webhookId": "wh_1", "createdAt": "2026-06-16T17:50:00.000Z", "data": data}
        ).encode()

    assert clay.announced(ping({"routine_run_id": "run_1"})) == "run_1"
    assert clay.announced(ping({})) is None
    for body in (ping(None), ping({"routine_run_id": 5}), b"[]", b"\xff"):
        with pytest.raises(GiveUpError):
            clay.announced(body)


def test_what_the_api_cannot_do_is_said(clay: ClayRoutines) -> None:
    """Nobody asks, for the capabilities say so; whoever does gets no silent nothing."""
    can = clay.capabilities
    assert (can.start_batch, can.update_batch, can.looks_up, can.resends) == (0, 0, False, False)
    for act in (
        lambda: clay.start(["r"], "k"),
        lambda: clay.look_up([A]),
        lambda: clay.write_back({}),
        lambda: clay.export(["r"]),
        lambda: clay.forget(Identifiers()),
        lambda: clay.known(Identifiers()),
        lambda: clay.parse(b"{}"),
    ):
        with pytest.raises(GiveUpError):
            act()


def test_the_key_is_not_shown() -> None:
    assert "s3cr3t" not in repr(RoutinesConfig(keys=("s3cr3t",), routine_id="function:t_1"))
