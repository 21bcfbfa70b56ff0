"""Rows of a person in Clay: shown and removed by the transport that can, left to a person by the others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.connectors.clay.one_way import OneWay
from alpha_swarm.domain.privacy.rights import Receipt
from alpha_swarm.errors import GiveUpError, RateLimitedError, RetryLaterError
from tests.contract.contracts import CLAY, Judge
from tests.contract.people import HOSTILE
from tests.contract.test_clay import added, connect, lead

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
    assert clay.forget([*rows[:120], "row_unknown"]) == Receipt(removed=120)
    assert clay.forget(rows[:120]) == Receipt(removed=0)
    assert clay.forget([]) == Receipt(removed=0)
    assert [row["row_id"] for row in sandbox.ledger()["clay"]["row_list"]] == rows[120:]


@pytest.mark.parametrize("fault", ["status", "reset"])
def test_a_lost_answer_is_no_matter(clay: ClayRest, sandbox: Sandbox, fault: str) -> None:
    """What stands there afterwards says that it is done."""
    rows = _added(clay, 0, 2)
    sandbox.fault("clay", "deleteRow", fault, when="after", times=1, status=502)
    assert clay.forget(rows) == Receipt(removed=2)


def test_what_is_half_done_is_gone_on_with(clay: ClayRest, sandbox: Sandbox) -> None:
    """The row that stays is an error."""
    rows = _added(clay, 0, 5)
    sandbox.fault("clay", "deleteRow", "status", times=1, status=503)
    with pytest.raises(RetryLaterError):
        clay.forget(rows)
    assert len(clay.known(rows)) == 1
    assert clay.forget(rows) == Receipt(removed=1)


def test_a_limit_is_no_success(clay: ClayRest, sandbox: Sandbox) -> None:
    """The step waits."""
    rows = _added(clay, 0, 1)
    sandbox.fault("clay", "deleteRow", "status", times=1, status=429, seconds=9)
    with pytest.raises(RateLimitedError):
        clay.forget(rows)
    assert clay.forget(rows) == Receipt(removed=1)


def test_rows_are_shown_as_they_are(clay: ClayRest) -> None:
    """With all their columns; a row that is gone is left out."""
    row = added(clay, [lead(1, scraped_at=datetime(2026, 1, 15, tzinfo=UTC))])["lead-1"]
    shown = clay.known([row, "row_unknown"])
    assert [(one["id"], one["lead_id"], one["first_name"]) for one in shown] == [(row, "lead-1", "Ada")]


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_row_id_takes_no_row_along(clay: ClayRest, kind: str) -> None:
    """It is a value to be looked for."""
    rows = _added(clay, 0, 1)
    assert clay.forget([HOSTILE[kind]]) == Receipt(removed=0)
    assert len(clay.known(rows)) == 1


@pytest.mark.parametrize("transport", OneWay.__subclasses__(), ids=lambda one: one.transport)
def test_whoever_cannot_says_what_a_person_does(transport: type[OneWay]) -> None:
    """A task, whose remedy is in the words."""
    clay = object.__new__(transport)
    for act in (clay.forget, clay.known):
        with pytest.raises(GiveUpError, match="by hand") as refused:
            act(["r_1"])
        assert refused.value.cause == "not_supported"
        assert "privacy done" in str(refused.value)


def _added(clay: ClayRest, start: int, count: int) -> list[str]:
    leads = [lead(number) for number in range(start, start + count)]
    return list(added(clay, leads, f"key-{start}").values())
