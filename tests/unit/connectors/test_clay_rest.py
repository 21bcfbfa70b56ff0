"""Answers of Clay that a sandbox does not give."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.clay import facts
from alpha_swarm.connectors.clay.rest import ClayRest
from alpha_swarm.connectors.clay.settings import ClayConfig
from alpha_swarm.domain.calls.effect import Again, Done, Doubt, Outcome, Refused
from alpha_swarm.domain.leads.lead import Lead, LeadInput
from alpha_swarm.domain.privacy.rights import Identifiers
from alpha_swarm.domain.states import Priority, SourceType, State
from alpha_swarm.errors import OutcomeUnknownError, RetryLaterError, WrongAddressError
from alpha_swarm.ports.edge import Passage
from tests.doubles import MemoryFacts, NoGate
from tests.scripted_server import ScriptedServer, Told, told

BASE = "https://api.clay.com/v1"
ROWS = f"{BASE}/tables/t/rows"


def lead(name: str) -> Lead:
    """A lead by that id."""
    given = LeadInput(
        linkedin_url=f"https://www.linkedin.com/in/{name}",
        first_name="Ada",
        source_type=SourceType.DIRECT,
        source_name="test",
        scraped_at=datetime(2026, 1, 15, tzinfo=UTC),
    )
    return Lead(
        id=name, generation=1, state=State.RECEIVED, priority=Priority.NORMAL, input=given, external_ids={}
    )


def connect(gate: NoGate | None = None) -> ClayRest:
    """The connector with a table of its own."""
    config = ClayConfig(keys=("key",), base_url=BASE, table_id="t")
    return ClayRest(config, gate or NoGate(), MemoryFacts(), SystemClock())


def submit(*names: str) -> dict[str, Outcome]:
    """Bring leads in."""
    return dict(connect().submit([lead(name) for name in names], "key-1"))


@responses.activate
def test_rows_go_out_with_their_key_and_count_against_their_limit() -> None:
    """Row ids come back in the order sent."""
    responses.post(ROWS, status=201, json={"rows": [], "row_ids": ["r1", "r2"]})
    gate = NoGate()
    outcomes = connect(gate).submit([lead("a"), lead("b")], "key-1")
    assert outcomes == {"a": Done("r1"), "b": Done("r2")}
    assert responses.calls[0].request.headers["Idempotency-Key"] == "key-1"
    assert gate.entered == [Passage(target="clay", limit="clay.rows", records=2)]


@responses.activate
@pytest.mark.parametrize(
    "answer",
    [{}, {"row_ids": ["r1"]}, {"row_ids": ["r1", "r1"]}, {"row_ids": ["r1", ""]}, [], None, {"row_ids": 5}],
)
def test_row_ids_that_do_not_fit_leave_it_unknown(answer: Any) -> None:
    """Rows may have been added, but which is whose cannot be told."""
    responses.post(ROWS, status=201, json=answer)
    with pytest.raises(OutcomeUnknownError):
        submit("a", "b")


def row_errors(*errors: tuple[Any, str]) -> dict[str, Any]:
    """The body of a 400."""
    named = [{"index": index, "field": field, "message": "ann@acme.com is bad"} for index, field in errors]
    return {"error": {"code": "invalid_input", "message": "ann@acme.com is bad", "row_errors": named}}


@responses.activate
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (row_errors((1, "first_name"), (1, "scraped_at")), "clay refused the value of first_name"),
        (row_errors((1, "ann@acme.com")), "clay refused the value of a column"),
    ],
)
def test_a_named_row_is_refused_without_quoting_it(body: dict[str, Any], reason: str) -> None:
    """A column's name is repeated only when it is one that we sent."""
    responses.post(ROWS, status=400, json=body)
    assert submit("a", "b") == {
        "a": Again("others in the batch were refused", 0, burns_attempt=False),
        "b": Refused("invalid_input", reason),
    }


@responses.activate
@pytest.mark.parametrize(
    "body", [{}, row_errors(), row_errors((7, "phone")), row_errors((-1, "phone")), None]
)
def test_a_refused_batch_without_names_is_tried_again(body: Any) -> None:
    """Fifty leads must not be lost for one; alone, the bad one is found."""
    responses.post(ROWS, status=400, json=body)
    assert {type(outcome) for outcome in submit("a", "b").values()} == {Again}
    assert {type(outcome) for outcome in submit("a").values()} == {Refused}


@responses.activate
def test_a_row_without_an_answer_may_have_been_started() -> None:
    """It is looked up before it is started again; one with an error was not started."""
    states = [{"id": "r1", "enrichment_status": "in_progress"}, {"id": "r2", "error": "busy"}]
    responses.post(f"{BASE}/tables/t/enrich", status=202, json={"rows": states})
    outcomes = connect().start(["r1", "r2", "r3"], "key")
    assert [type(outcomes[row]) for row in ("r1", "r2", "r3")] == [Done, Again, Doubt]


@responses.activate
def test_a_row_without_an_id_does_not_pass_for_a_missing_one() -> None:
    """Or a lead would be given up that is there."""
    page = {"rows": [{"enrichment_status": "completed"}], "pagination": {"has_next_page": False}}
    responses.post(f"{BASE}/tables/t/search", json=page)
    with pytest.raises(RetryLaterError):
        connect().fetch(["r1"])


@responses.activate
def test_pages_that_never_end_are_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a row that is there would pass for one that was never added, and be paid again."""
    monkeypatch.setattr(facts, "MOST_PAGES", 5)
    responses.post(f"{BASE}/tables/t/search", json={"rows": [], "pagination": {"has_next_page": True}})
    with pytest.raises(RetryLaterError):
        connect().look_up(["a"])


@responses.activate
def test_an_empty_page_in_the_middle_ends_nothing() -> None:
    """A server may filter after it has cut its pages."""
    row = {"id": "r1", "lead_id": "a", "enrichment_status": "pending"}
    for rows, more in (([], True), ([row], False)):
        page = {"rows": rows, "pagination": {"has_next_page": more}}
        responses.post(f"{BASE}/tables/t/search", json=page)
    assert connect().look_up(["a"]).keys() == {"a"}


@responses.activate
def test_an_accepted_call_that_lists_no_rows_took_all() -> None:
    """The contract leaves the list open."""
    responses.post(f"{BASE}/tables/t/enrich", status=202, json={})
    responses.patch(ROWS, json={})
    assert connect().start(["r1"], "key") == {"r1": Done("r1")}
    assert connect().write_back({"r1": {"icp_score": 5}}) == {"r1": Done("r1")}


@responses.activate
def test_rows_that_nobody_asked_for_are_left_out() -> None:
    """Whoever they belong to."""
    rows = [{"id": name, "lead_id": name, "enrichment_status": "completed"} for name in ("r1", "r2")]
    responses.post(f"{BASE}/tables/t/search", json={"rows": rows, "pagination": {"has_next_page": False}})
    assert connect().fetch(["r1"]).keys() == {"r1"}
    assert connect().look_up(["r2"]).keys() == {"r2"}


@responses.activate
@pytest.mark.parametrize("body", ["<html>", '{"success": false, "message": "deprecated API endpoint"}'])
def test_only_clay_itself_can_say_that_a_row_is_gone(body: str) -> None:
    """Any other 404 is a wrong address."""
    responses.get(f"{ROWS}/r1", status=404, body=body)
    with pytest.raises(WrongAddressError):
        connect().fetch_one("r1")


@pytest.mark.parametrize("body", [b"<html>", b'{"success": false, "message": "deprecated API endpoint"}'])
def test_no_row_is_forgotten_by_a_wrong_address(server: ScriptedServer, body: bytes) -> None:
    """And a row without an id does not pass for one that is gone."""
    rows = {"rows": [{"id": "r1", "lead_id": "l"}], "pagination": {"has_next_page": False}}
    server.answers("POST", "/tables/t/search", told(rows), told({**rows, "rows": [{"lead_id": "l"}]}))
    server.answers("DELETE", "/tables/t/rows/r1", Told(404, body))
    config = ClayConfig(keys=("key",), base_url=server.url, table_id="t")
    clay = ClayRest(config, NoGate(), MemoryFacts(), SystemClock())
    who = Identifiers(records={"clay": ("r1",)})
    with pytest.raises(WrongAddressError):
        clay.forget(who)
    with pytest.raises(RetryLaterError):
        clay.forget(who)
    clay.close()


def test_secrets_are_not_shown() -> None:
    """Not in the settings' own text."""
    config = ClayConfig(keys=("s3cr3t",), webhook_secret="s3cr3t2")
    assert "s3cr3t" not in repr(config)
