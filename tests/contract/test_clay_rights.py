"""Rows of a person in Clay: shown and removed by the transport that can, left to a person by the others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from requests import Session

from alpha_swarm.connectors.clay.one_way import OneWay
from alpha_swarm.domain.calls.effect import Done
from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
from alpha_swarm.domain.results.columns import columns
from alpha_swarm.errors import GiveUpError, RateLimitedError, RetryLaterError, WrongAddressError
from tests.contract.contracts import CLAY, Judge
from tests.contract.people import HOSTILE
from tests.contract.test_clay import added, connect, lead, whose
from tests.doubles import MemoryFacts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.connectors.clay.rest import ClayRest
    from tests.contract.sandbox import Sandbox


@pytest.fixture
def clay(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClayRest]:
    """The connector under test, its requests judged, its table in place."""
    Judge(CLAY, "https://api.clay.com/v1", f"{sandbox.url}/clay/v1").install(monkeypatch)
    clay = connect(sandbox)
    clay.prepare()
    yield clay
    clay.close()


def test_rows_are_forgotten_many_at_a_time(clay: ClayRest, sandbox: Sandbox) -> None:
    """Those that are there; nobody else's; and again is no error."""
    rows = [row for start in (0, 50, 100) for row in _added(clay, start, 50)]
    assert clay.forget(whose(rows[:120])) == Receipt(removed=120)
    assert clay.forget(whose(rows[:120])).removed == 0
    assert clay.forget(Identifiers()) == Receipt(removed=0)
    assert [row["row_id"] for row in sandbox.ledger()["clay"]["row_list"]] == rows[120:]


@pytest.mark.parametrize("fault", ["status", "reset"])
def test_a_lost_answer_is_no_matter(clay: ClayRest, sandbox: Sandbox, fault: str) -> None:
    """What stands there afterwards says that it is done."""
    rows = _added(clay, 0, 2)
    sandbox.fault("clay", "deleteRow", fault, when="after", times=1, status=502)
    assert clay.forget(whose(rows)) == Receipt(removed=2)


def test_what_is_half_done_is_gone_on_with(clay: ClayRest, sandbox: Sandbox) -> None:
    """The row that stays is an error."""
    rows = _added(clay, 0, 5)
    sandbox.fault("clay", "deleteRow", "status", times=1, status=503)
    with pytest.raises(RetryLaterError):
        clay.forget(whose(rows))
    assert len(clay.known(whose(rows))) == 1
    assert clay.forget(whose(rows)).removed == 1


def test_a_limit_is_no_success(clay: ClayRest, sandbox: Sandbox) -> None:
    """The step waits."""
    rows = _added(clay, 0, 1)
    sandbox.fault("clay", "deleteRow", "status", times=1, status=429, seconds=9)
    with pytest.raises(RateLimitedError):
        clay.forget(whose(rows))
    assert clay.forget(whose(rows)) == Receipt(removed=1)


def test_rows_are_shown_as_they_are(clay: ClayRest) -> None:
    """With all their columns; a row that is gone is left out."""
    row = added(clay, [lead(1, scraped_at=datetime(2026, 1, 15, tzinfo=UTC))])["lead-1"]
    shown = clay.known(whose([row, "row_unknown"]))
    assert [(one["id"], one["lead_id"], one["first_name"]) for one in shown] == [(row, "lead-1", "Ada")]


def test_every_row_is_found_by_whatever_the_person_is_known_by(sandbox: Sandbox) -> None:
    """Also beside one that we hold; by exact addresses, each in the columns where it may stand."""
    clay = connect(sandbox, table_id=_table(sandbox))
    ids = list(added(clay, [lead(number) for number in range(7)]).values())
    told = ("email", "email_work", "email_personal")
    clay.write_back({ids[number]: {told[number]: f"p{number}@works.example"} for number in range(3)})
    clay.write_back({ids[6]: {"email_work": "p6@works.example"}})
    who = Identifiers(
        lead_ids=("lead-4",),
        emails=tuple(f"p{number}@works.example" for number in range(3)),
        phones=("+14155550001",),
        linkedin=("https://www.linkedin.com/in/person-3",),
        records={"clay": (ids[5],)},
    )
    assert sorted(row["id"] for row in clay.known(who)) == sorted(ids[:6])
    assert clay.names(whose(ids[:1])) == Identifiers(
        emails=("p0@works.example",), linkedin=("https://www.linkedin.com/in/person-0",)
    )
    assert clay.forget(who) == Receipt(removed=6)
    assert [row["row_id"] for row in sandbox.ledger()["clay"]["row_list"]] == ids[6:]
    clay.close()


def test_rows_are_found_in_each_table_that_was_ever_used(sandbox: Sandbox) -> None:
    """One that was made here, one that was configured, and the present one; a deleted one holds nothing."""
    facts = MemoryFacts()
    known, others = [], [_table(sandbox) for _ in range(2)]
    for number, table_id in enumerate((None, *others)):
        clay = connect(sandbox, facts, table_id=table_id)
        known.append(added(clay, [lead(number)], f"key-{number}")[f"lead-{number}"])
        clay.close()
    facts.put("clay.table:tbl_deleted", "used")
    clay = connect(sandbox, facts, table_id=others[1])
    who = whose([*known, "row_elsewhere"])
    assert sorted(row["id"] for row in clay.known(who)) == sorted(known)
    told = clay.write_back({row_id: {"title": "Mender"} for row_id in known})
    assert list(told.values()) == [Done(row_id) for row_id in known]
    assert {row["title"] for row in clay.known(who)} == {"Mender"}
    receipt = clay.forget(who)
    assert receipt.removed == 3
    assert receipt.note is not None
    assert "row_elsewhere" in receipt.note
    assert "tbl_deleted" in receipt.note
    assert not any(row_id in receipt.note for row_id in known)
    clay.close()


def test_nobody_creates_a_table_to_look_for_a_person(sandbox: Sandbox) -> None:
    """Where there is none there are no rows."""
    clay = connect(sandbox)
    assert clay.known(Identifiers(emails=("ada@works.example",))) == []
    assert sandbox.ledger()["clay"]["tables"] == 0
    clay.close()


def test_that_the_present_table_is_not_there_is_no_answer(sandbox: Sandbox) -> None:
    """Its id is wrong, and nobody knows where the rows are."""
    clay = connect(sandbox, table_id="tbl_mistyped")
    with pytest.raises(WrongAddressError):
        clay.forget(Identifiers(emails=("ada@works.example",)))
    clay.close()


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_row_id_takes_no_row_along(clay: ClayRest, kind: str) -> None:
    """It is a value to be looked for."""
    rows = _added(clay, 0, 1)
    assert clay.forget(whose([HOSTILE[kind]])).removed == 0
    assert len(clay.known(whose(rows))) == 1


@pytest.mark.parametrize("transport", OneWay.__subclasses__(), ids=lambda one: one.transport)
def test_whoever_cannot_says_what_a_person_does(transport: type[OneWay]) -> None:
    """A task, whose remedy is in the words."""
    clay = object.__new__(transport)
    for act in (clay.forget, clay.known):
        with pytest.raises(GiveUpError, match="by hand") as refused:
            act(whose(["r_1"]))
        assert refused.value.cause == "not_supported"
        assert "privacy done" in str(refused.value)
    with pytest.raises(GiveUpError, match="whose row it is: look in Clay by hand"):
        clay.names(whose(["r_1"]))


def _table(sandbox: Sandbox) -> str:
    """Made by hand."""
    body = {"name": "Another", "columns": columns(with_email=True)}
    with Session() as session:
        session.headers["Authorization"] = "Bearer key"
        answer = session.post(f"{sandbox.url}/clay/v1/tables", json=body, timeout=60)
    return str(answer.json()["id"])


def _added(clay: ClayRest, start: int, count: int) -> list[str]:
    leads = [lead(number) for number in range(start, start + count)]
    return list(added(clay, leads, f"key-{start}").values())
