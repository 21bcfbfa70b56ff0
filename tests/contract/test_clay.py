"""Clay's transport rest, judged by its contract and tried on the sandbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.clay.rest import ClayRest
from alpha_swarm.connectors.clay.settings import ClayConfig
from alpha_swarm.domain.calls.effect import Again, Done, Gone, Refused
from alpha_swarm.domain.leads.lead import Lead, LeadInput
from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
from alpha_swarm.domain.results.columns import columns
from alpha_swarm.domain.states import EnrichmentStatus, Priority, SourceType, State
from alpha_swarm.errors import (
    CredentialsRefusedError,
    HaltError,
    OutcomeUnknownError,
    QuotaExhaustedError,
    WrongAddressError,
)
from tests.contract.contracts import CLAY, Judge, contract
from tests.doubles import MemoryFacts, NoGate
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.contract.sandbox import Sandbox

WATERFALLS = {"waterfall_email": {"providers": ["apollo", "hunter"], "stop_on_success": True}}


def lead(number: int, **input_fields: Any) -> Lead:
    """A lead with a profile of its own."""
    given = LeadInput(
        linkedin_url=f"https://www.linkedin.com/in/person-{number}",
        first_name="Ada",
        last_name="Example",
        source_type=SourceType.COMPETITOR_FOLLOWER,
        source_name="Rival",
        scraped_at=datetime(2026, 1, 15, 10, tzinfo=UTC),
    )
    return Lead(
        id=f"lead-{number}",
        generation=1,
        state=State.RECEIVED,
        priority=Priority.NORMAL,
        input=replace(given, **input_fields),
        external_ids={},
    )


def whose(row_ids: Sequence[str]) -> Identifiers:
    """Somebody who is known by these rows."""
    return Identifiers(records={"clay": tuple(row_ids)})


@pytest.fixture(autouse=True)
def judge(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Judge:
    """Before every request."""
    judge = Judge(CLAY, "https://api.clay.com/v1", f"{sandbox.url}/clay/v1")
    judge.install(monkeypatch)
    return judge


def connect(sandbox: Sandbox, facts: MemoryFacts | None = None, **more: Any) -> ClayRest:
    """The connector to the sandbox."""
    config = ClayConfig(
        keys=("key",),
        base_url=f"{sandbox.url}/clay/v1",
        columns=columns(with_email=False),
        waterfalls=WATERFALLS,
        **more,
    )
    return ClayRest(config, NoGate(), facts or MemoryFacts(), SystemClock())


@pytest.fixture
def clay(sandbox: Sandbox) -> Iterator[ClayRest]:
    """The connector under test, its table in place."""
    clay = connect(sandbox)
    clay.prepare()
    yield clay
    clay.close()


def added(clay: ClayRest, leads: Sequence[Lead], key: str = "key") -> dict[str, str]:
    """Lead id → row id of leads that were taken in."""
    outcomes = clay.submit(leads, key)
    return {name: one.reference or "" for name, one in outcomes.items() if isinstance(one, Done)}


def test_the_table_is_made_once(sandbox: Sandbox) -> None:
    """Processes share a fact; one that has lost it finds the table by its name."""
    facts = MemoryFacts()
    for known in (facts, facts, MemoryFacts()):
        connect(sandbox, known).prepare()
    calls = sandbox.ledger()["clay"]["calls"]
    assert (calls["createTable"], calls["listTables"]) == (1, 2)


def test_a_given_table_is_taken_as_it_is(sandbox: Sandbox) -> None:
    """Nothing is looked up."""
    connect(sandbox, table_id="tbl_given").prepare()
    assert sandbox.ledger()["clay"]["calls"] == {}


def test_the_webhook_is_registered_once_for_each_secret(sandbox: Sandbox) -> None:
    """A new secret is made known, an old one is not sent again."""
    facts = MemoryFacts()
    for secret in ("first", "first", "second", "second"):
        connect(sandbox, facts, webhook_url="http://127.0.0.1:9/hook", webhook_secret=secret).prepare()
    assert sandbox.ledger()["clay"]["calls"]["createWebhook"] == 2
    assert "first" not in str(facts.facts)


def test_a_lead_goes_all_the_way(clay: ClayRest) -> None:
    """In, started, enriched, fetched by row and by lead, written back, exported, removed."""
    rows = added(clay, [lead(number) for number in range(50)])
    row_ids = list(rows.values())
    assert len(set(row_ids)) == 50
    assert {row.status for row in clay.fetch(row_ids).values()} == {EnrichmentStatus.PENDING}
    for start in (0, 25):
        started = clay.start(row_ids[start : start + 25], f"start-{start}")
        assert all(isinstance(outcome, Done) for outcome in started.values())
    wait_until(lambda: all(row.finished for row in clay.fetch(row_ids).values()))

    fetched = clay.fetch(row_ids)
    assert {row.lead_id: row_id for row_id, row in fetched.items()} == rows
    assert all(row.complete and row.providers for row in fetched.values() if row.credits_used)
    assert clay.look_up(list(rows)) == {row.lead_id: row for row in fetched.values()}
    assert clay.fetch_one(row_ids[0]) == fetched[row_ids[0]]

    written = clay.write_back({row_id: {"icp_score": 95} for row_id in row_ids})
    assert all(isinstance(outcome, Done) for outcome in written.values())
    exported = clay.export(row_ids)
    assert exported.keys() == fetched.keys()
    assert {row.values["icp_score"] for row in exported.values()} == {95}

    assert clay.forget(whose(row_ids[:1])) == Receipt(removed=1)
    assert clay.forget(whose(row_ids[:1])).removed == 0
    assert clay.fetch_one(row_ids[0]) is None
    assert row_ids[0] not in clay.fetch(row_ids)


def test_many_rows_are_fetched_in_pages(clay: ClayRest) -> None:
    """250 rows are three searches; ids that are unknown are absent."""
    rows: dict[str, str] = {}
    for start in range(0, 250, 50):
        rows |= added(clay, [lead(number) for number in range(start, start + 50)], f"key-{start}")
    assert clay.fetch([*rows.values(), "row_unknown"]).keys() == set(rows.values())
    assert clay.look_up([*rows, "lead-unknown"]).keys() == rows.keys()


def test_an_export_brings_many_rows_a_call(sandbox: Sandbox) -> None:
    """Only those that were asked for; an id that is unknown is absent."""
    clay = connect(sandbox)
    rows: dict[str, str] = {}
    for start in range(0, 250, 50):
        rows |= added(clay, [lead(number) for number in range(start, start + 50)], f"key-{start}")
    wanted = list(rows.values())[10:]
    assert clay.export([*wanted, "row_unknown"]).keys() == set(wanted)
    assert sandbox.ledger()["clay"]["calls"]["exportRows"] == 1


def test_bad_rows_are_refused_and_good_ones_wait(clay: ClayRest) -> None:
    """Nothing was added, so the good ones go again at once without an attempt lost."""
    bad = lead(1, linkedin_url=None)
    outcomes = clay.submit([lead(0), bad, lead(2)], "key")
    assert outcomes["lead-0"] == Again("others in the batch were refused", 0, burns_attempt=False)
    assert outcomes["lead-2"] == outcomes["lead-0"]
    refused = outcomes["lead-1"]
    assert isinstance(refused, Refused)
    assert refused.cause == "invalid_input"
    assert added(clay, [lead(0), lead(2)]).keys() == {"lead-0", "lead-2"}


def test_the_oldest_row_that_is_under_way_counts(clay: ClayRest) -> None:
    """A lead whose row was added twice is charged for one."""
    first = added(clay, [lead(1)], "a")["lead-1"]
    second = added(clay, [lead(1)], "b")["lead-1"]
    assert first != second
    clay.start([second], "start")
    assert clay.look_up(["lead-1"])["lead-1"].row_id == second


def test_a_row_that_is_gone_is_said_to_be_gone(clay: ClayRest) -> None:
    """When starting and when writing back; the others are not held up."""
    row_id = added(clay, [lead(1)])["lead-1"]
    started = clay.start([row_id, "row_unknown"], "start")
    assert (type(started[row_id]), type(started["row_unknown"])) == (Done, Gone)
    written = clay.write_back({row_id: {"icp_tier": "Tier 1"}, "row_unknown": {"icp_tier": "Tier 1"}})
    assert (type(written[row_id]), type(written["row_unknown"])) == (Done, Gone)


def test_a_table_that_is_gone_halts(sandbox: Sandbox) -> None:
    """It is no lead's fault."""
    clay = connect(sandbox, table_id="tbl_gone")
    for call in (
        lambda: clay.submit([lead(1)], "key"),
        lambda: clay.start(["row"], "key"),
        lambda: clay.fetch(["row"]),
        lambda: clay.export(["row"]),
    ):
        with pytest.raises(WrongAddressError):
            call()


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, CredentialsRefusedError), (402, QuotaExhaustedError), (403, QuotaExhaustedError)],
)
def test_what_concerns_all_halts(
    clay: ClayRest, sandbox: Sandbox, status: int, kind: type[HaltError]
) -> None:
    """Keys and credits."""
    row_id = added(clay, [lead(1)])["lead-1"]
    sandbox.fault("clay", "enrichRows", "status", status=status)
    with pytest.raises(kind):
        clay.start([row_id], "start")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("fault", "status"), [("status", 500), ("status", 504), ("reset", 500)])
def test_a_lost_answer_is_settled_by_looking_it_up(
    clay: ClayRest, sandbox: Sandbox, fault: str, status: int, when: str
) -> None:
    """The look-up tells whether the row was added and whether its enrichment was started."""
    sandbox.fault("clay", "addRows", fault, status=status, when=when, times=1)
    with pytest.raises(OutcomeUnknownError):
        clay.submit([lead(1)], "add")
    assert bool(clay.look_up(["lead-1"])) is (when == "after")

    row_id = added(clay, [lead(2)], "other")["lead-2"]
    sandbox.fault("clay", "enrichRows", fault, status=status, when=when, times=1)
    with pytest.raises(OutcomeUnknownError):
        clay.start([row_id], "start")
    wait_until(
        lambda: (clay.fetch([row_id])[row_id].status is EnrichmentStatus.PENDING) is (when == "before")
    )


def test_a_table_whose_making_was_lost_is_found(sandbox: Sandbox) -> None:
    """No second one is made."""
    sandbox.fault("clay", "createTable", "reset", when="after", times=1)
    clay = connect(sandbox)
    with pytest.raises(Exception, match="create table") as caught:
        clay.prepare()
    assert getattr(caught.value, "after", None) == 10.0
    clay.prepare()
    assert sandbox.ledger()["clay"]["calls"]["createTable"] == 1


def test_the_judge_is_awake(clay: ClayRest, judge: Judge) -> None:
    """It has seen the calls of the set-up."""
    contract(CLAY)
    clay.check()
    assert judge.judged[:2] == ["GET /tables", "POST /tables"]
