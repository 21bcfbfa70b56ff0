"""What holds for all processes is found out once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.errors import RetryLaterError
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.proof.time_travel import let_time_pass
from tests.integration.ledger.actors import config
from tests.integration.together import in_processes

if TYPE_CHECKING:
    from collections.abc import Callable


def ask(url: str, folder: str, name: str) -> str | None:
    """Ask for a fact from a process of its own; each finding out leaves a file."""
    ledger = SqlLedger(config(url))

    def find_out() -> str:
        Path(folder, name).touch(exist_ok=False)
        return "tbl_1"

    try:
        return ledger.facts.once("table", find_out)
    except RetryLaterError:
        return None
    finally:
        ledger.close()


def unexpected() -> str:
    """Nobody should have to find it out."""
    raise AssertionError("it is known already")


def fail() -> str:
    """Break off the finding out."""
    raise ConnectionError


def test_several_processes_find_it_out_once(ledger: SqlLedger, database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "found"
    folder.mkdir()
    answers = in_processes(ask, [(database_url, str(folder), f"process-{number}") for number in range(2)])
    assert len(list(folder.iterdir())) == 1
    assert "tbl_1" in answers
    assert set(answers) <= {"tbl_1", None}
    assert ledger.facts.once("table", unexpected) == "tbl_1"


def test_whoever_comes_meanwhile_is_told_to_come_back_and_loses_no_attempt(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    other, asked = open_ledger(), threading.Event()

    def find_out() -> str:
        with pytest.raises(RetryLaterError) as told:
            other.facts.once("table", unexpected)
        assert told.value.after is not None
        assert told.value.after > 0
        assert not told.value.burns_attempt
        asked.set()
        return "tbl_1"

    assert ledger.facts.once("table", find_out) == "tbl_1"
    assert asked.is_set()
    assert other.facts.once("table", unexpected) == "tbl_1"


def test_a_failure_lets_the_next_one_try_at_once(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    with pytest.raises(ConnectionError):
        ledger.facts.once("table", fail)
    assert open_ledger().facts.once("table", lambda: "tbl_2") == "tbl_2"


def test_one_that_died_while_finding_out_blocks_the_others_for_a_while_only(
    ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]
) -> None:
    assert ledger.facts._hold("table", None) is None
    other = open_ledger()
    with pytest.raises(RetryLaterError):
        other.facts.once("table", unexpected)
    let_time_pass(ledger.engine, 91.0)
    assert other.facts.once("table", lambda: "tbl_3") == "tbl_3"


def test_the_last_word_holds(ledger: SqlLedger, open_ledger: Callable[..., SqlLedger]) -> None:
    assert ledger.facts.get("webhook") is None
    ledger.facts.put("webhook", "one")
    ledger.facts.put("webhook", "two")
    assert ledger.facts.get("webhook") == "two"
    assert open_ledger().facts.get("webhook") == "two"
