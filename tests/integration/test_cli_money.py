"""Estimates, pilots, renewals and the account of money on the command line."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.config import VARIABLES
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.integration.shell import Shell
from tests.integration.world import installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_SANDBOX = SandboxSettings(enrich_seconds=(0.0, 0.0), limits=False)
_HEADER = "linkedin_url,source_type,source_name,scraped_at\n"


class Office(Shell):
    """An installation, and the work of its queues beside the commands when asked to."""

    def __init__(self, home: Path, url: str, capture: pytest.CaptureFixture[str]) -> None:
        super().__init__(home, capture)
        self._url = url

    @contextmanager
    def working(self) -> Iterator[None]:
        """Workers that do whatever is due."""
        over = threading.Event()
        thread = threading.Thread(target=self._work, args=(over,))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def settle(self) -> None:
        """Do all that is owed."""
        with installed(self.home, self._url, self._database) as world:
            world.settle()

    def _work(self, over: threading.Event) -> None:
        with installed(self.home, self._url, self._database) as world:
            while not over.is_set():
                if not world.step():
                    world.let_time_pass(1.0)
                    over.wait(0.05)

    @property
    def _database(self) -> str:
        return f"sqlite:///{self.home}/ledger.db"


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Office]:
    """A new installation against a sandbox, in a directory without ``.env``."""
    home = tmp_path / "home"
    home.mkdir()
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALPHA_SWARM_HOME", str(home))
    monkeypatch.setenv("ALPHA_SWARM_KEY", "a key for tests, long enough")
    monkeypatch.setenv("CLAY_API_KEY", "clay")
    monkeypatch.chdir(tmp_path)
    with running(_SANDBOX) as url:
        monkeypatch.setenv("CLAY_API_BASE_URL", f"{url}/clay/v1")
        yield Office(home, url, capsys)


@pytest.fixture
def people(tmp_path: Path) -> Callable[..., str]:
    """Writes a file of so many people; its path."""

    def write(first: int, number: int, name: str = "people") -> str:
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows = [
            f"https://www.linkedin.com/in/p-{index},post_liker,Rival,{moment}\n"
            for index in range(first, first + number)
        ]
        path = tmp_path / f"{name}.csv"
        path.write_text(_HEADER + "".join(rows) + ",post_liker,Rival,2026-01-01\n", encoding="utf-8")
        return str(path)

    return write


def test_a_dry_run_takes_nothing_in_and_says_what_it_would_cost(
    shell: Office, people: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.run("leads", "add", people(0, 10))
    monkeypatch.setenv("CLAY_CREDITS_PER_DAY", "12")
    code, found = shell.json("leads", "add", people(5, 10), "--dry-run")
    assert code == 0
    assert (found["rows"], found["accepted"], found["duplicates"], found["rejected"]) == (11, 5, 5, 1)
    assert found["estimate"]["credits"] == {"low": 15.0, "expected": 28.5, "high": 80.0}
    assert (found["estimate"]["known"], found["estimate"]["days"]) == (False, 3)
    _, status = shell.json("status")
    assert (status["total"], status["balanced"]) == (10, True)
    _, out, _ = shell.run("leads", "add", people(5, 10), "--dry-run")
    assert "nothing was taken in; it would be 5 leads, 15 to 80 credits, expected" in " ".join(out.split())


def test_people_twice_in_a_file_are_counted_once_by_a_dry_run(
    shell: Office, people: Callable[..., str]
) -> None:
    name = people(0, 4)
    with open(name, encoding="utf-8") as file:  # noqa: PTH123 - the name is what the command takes
        rows = file.read().splitlines()
    with open(name, "a", encoding="utf-8") as file:  # noqa: PTH123
        file.write(rows[1] + "\n")
    _, found = shell.json("leads", "add", name, "--dry-run")
    assert (found["accepted"], found["duplicates"]) == (4, 1)


def test_a_pilot_shows_what_it_brought_and_goes_on_with_yes(
    shell: Office, people: Callable[..., str]
) -> None:
    """All rows are one batch; the rest comes after the pilot's results."""
    with shell.working():
        code, found = shell.json("leads", "add", people(0, 30), "--pilot", "6", "--yes")
    assert code == 0
    assert (found["accepted"], found["rejected"], found["went_on"]) == (30, 1, True)
    brought = found["pilot"]
    assert brought["results"] == 6
    assert 0 <= brought["hit_rate"] == brought["usable"] / 6 <= 1
    shell.settle()
    _, budget = shell.json("budget")
    assert len(budget["batches"]) == 1
    assert budget["batches"][0]["credits"]["spent"] == budget["credits"]["month"]["spent"] > 0


def test_a_pilot_that_can_ask_nobody_stops_after_its_rows_with_exit_2(
    shell: Office, people: Callable[..., str]
) -> None:
    """Nothing is lost: the same without a pilot takes in the rest, and nobody twice."""
    name = people(0, 12)
    with shell.working():
        code, found = shell.json("leads", "add", name, "--pilot", "3")
        again, _, complaint = shell.run("leads", "add", name, "--pilot", "3")
    assert (code, found["accepted"], found["went_on"], found["pilot"]["results"]) == (2, 3, None, 3)
    assert again == 2
    assert "add --yes, or repeat without --pilot" in " ".join(complaint.split())
    assert shell.json("leads", "add", name)[1]["accepted"] == 9


@pytest.mark.parametrize(("answer", "accepted"), [("y\n", 8), ("n\n", 3)])
def test_a_pilot_asks_where_somebody_sits(
    shell: Office, people: Callable[..., str], monkeypatch: pytest.MonkeyPatch, answer: str, accepted: int
) -> None:
    name = people(0, 8)
    monkeypatch.setattr(sys, "stdin", _Terminal(answer))
    with shell.working():
        code, found = shell.json("leads", "add", name, "--pilot", "3")
    assert (code, found["accepted"], found["went_on"]) == (0, accepted, answer == "y\n")


def test_a_pilot_without_workers_says_so(
    shell: Office, people: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAY_SOFT_DEADLINE", "1")
    code, _, complaint = shell.run("leads", "add", people(0, 5), "--pilot", "2", "--yes")
    assert code == 2
    assert "2 leads of the pilot have no result after 1 s" in complaint
    assert "is alpha-swarm up running?" in complaint


def test_a_dry_run_with_a_pilot_is_a_mistake(shell: Office, people: Callable[..., str]) -> None:
    code, _, complaint = shell.run("leads", "add", people(0, 2), "--dry-run", "--pilot", "1")
    assert code == 2
    assert "leave one of them out" in complaint


def test_a_renewal_is_estimated_asked_for_and_done(shell: Office, people: Callable[..., str]) -> None:
    shell.run("leads", "add", people(0, 5))
    shell.settle()
    assert shell.json("leads", "refresh", "--yes")[1]["leads"] == 0
    code, found = shell.json("leads", "refresh", "--older-than", "0", "--dry-run")
    number = found["leads"]
    assert (code, found["went_on"], found["estimate"]["leads"]) == (0, None, number)
    assert number > 0
    assert shell.run("leads", "refresh", "--older-than", "0")[0] == 2
    assert shell.json("budget")[1]["forecast"]["leads"] == 0
    code, found = shell.json("leads", "refresh", "--older-than", "0", "--yes")
    assert (code, found["leads"], found["went_on"]) == (0, number, True)
    assert shell.json("budget")[1]["forecast"]["leads"] == number
    code, _, complaint = shell.run("leads", "refresh", "--state", "held")
    assert code == 2
    assert "--state must be synced or unenrichable" in complaint


def test_the_account_names_everything_that_costs(
    shell: Office, people: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAY_CREDITS_PER_DAY", "24")
    monkeypatch.setenv("CLAY_CREDITS_PACING", "hourly")
    shell.run("leads", "add", people(0, 12))
    shell.run("leads", "add", people(6, 12))
    code, found = shell.json("budget")
    assert code == 0
    assert found["credits"]["day"] == {"reserved": 0.0, "spent": 0.0, "cap": 24.0, "left": 24.0}
    assert (found["saved"], found["held"]) == ({"duplicates": 6, "credits": 36.0}, 0)
    assert (found["forecast"]["leads"], found["forecast"]["days"]) == (18, 5)
    assert (found["pace"]["pacing"], found["pace"]["used"]) == ("hourly", 0.0)
    assert found["reconciliation"]["spent"] == 0.0
    assert found["cost"]["reserved_per_lead"] == found["cost"]["most_per_lead"] == 16.0
    _, out, _ = shell.run("budget")
    text = " ".join(out.split())
    assert "16 credits are reserved for each lead until its cost is known" in text
    assert "saved: about 36 credits: 6 were known already" in text
    assert "18 leads, 54 to 288 credits" in text


def test_a_lead_that_cost_more_than_the_settings_say_raises_what_is_reserved(
    shell: Office, people: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the account says that a cap may have been passed, and what to do."""
    shell.run("leads", "add", people(0, 10))
    shell.settle()
    monkeypatch.setenv("CLAY_CREDITS_PER_MONTH", "500")
    monkeypatch.setenv("CLAY_CREDITS_PER_LEAD", "1")
    cost = shell.json("budget")[1]["cost"]
    assert cost["reserved_per_lead"] == cost["dearest_lead"] > cost["most_per_lead"] == 1.0
    _, out, _ = shell.run("budget")
    assert "so a cap may have been passed: raise CLAY_CREDITS_PER_LEAD" in " ".join(out.split())


def test_the_account_agrees_with_the_bill(shell: Office, people: Callable[..., str]) -> None:
    shell.run("leads", "add", people(0, 10))
    shell.settle()
    _, found = shell.json("budget")
    day = found["reconciliation"]
    assert day["spent"] == day["reported_by_clay"] == found["credits"]["day"]["spent"] > 0
    assert (day["reckoned"], day["run_again"], day["reserved"], day["in_doubt"]) == (0.0, 0.0, 0.0, [])
    cost = found["cost"]
    assert cost["results"] == 10
    assert cost["per_lead"]["credits"] == pytest.approx(day["spent"] / 10, abs=0.001)
    assert [one["source"] for one in found["sources"]] == ["Rival"]
    assert found["sources"][0]["credits"]["spent"] == day["spent"]


class _Terminal:
    """Somebody who answers."""

    def __init__(self, answer: str) -> None:
        self._answer = answer

    def isatty(self) -> bool:
        return True

    def readline(self, _size: int = -1) -> str:
        return self._answer
