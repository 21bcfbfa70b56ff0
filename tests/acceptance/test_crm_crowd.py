"""Leads of people who half stand in every CRM already are written at once, while replies are lost."""

from __future__ import annotations

import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.schema.crm import changes
from alpha_swarm.proof import time_travel
from alpha_swarm.sandbox.server import running
from tests.acceptance import crowd
from tests.integration.world import QUIET, installed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.integration.world import World

_PROCESSES = 4
_JOBS = _PROCESSES * len(crowd.TARGETS)
#: Small enough that even a few hundred leads keep all jobs busy.
_LEADS_A_JOB = 50
_LOST = 0.3
_STEPS = tuple(Step.sync(target) for target in crowd.TARGETS)


@dataclass(slots=True)
class Busy:
    """How many jobs there are at once."""

    most: int = 0
    _now: int = 0
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def one(self) -> Iterator[None]:
        """One more within the block."""
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        yield
        with self._lock:
            self._now -= 1


def write_all(worlds: Sequence[World], busy: Busy, end: float) -> None:
    """Sixteen jobs side by side until nothing is on its way; what was given up is replayed."""
    first, chance = worlds[0], random.Random(11)
    with ThreadPoolExecutor(_JOBS) as threads:
        while not (status := first.app.status())["settled"] or status["leads"]["dead"]:
            assert time.monotonic() < end, status
            shares = [_shares(first, step, chance) for step in _STEPS]
            jobs = [
                threads.submit(_work, one, step, share[place], busy)
                for step, share in zip(_STEPS, shares, strict=True)
                for place, one in enumerate(worlds)
                if share[place]
            ]
            for job in jobs:
                job.result()
            if not jobs:
                time_travel.let_time_pass(first.app.ledger.engine, 301.0)
                first.app.replay()


def _shares(world: World, step: Step, chance: random.Random) -> list[list[str]]:
    """Who is due, dealt out to the processes, so that leads of one person are in several hands."""
    with world.app.ledger.read() as tx:
        due = list(tx.work.due([step], _PROCESSES * _LEADS_A_JOB).get(step, ()))
    chance.shuffle(due)
    return [due[place::_PROCESSES] for place in range(_PROCESSES)]


def _work(world: World, step: Step, lead_ids: list[str], busy: Busy) -> None:
    with busy.one():
        world.app.run(step, lead_ids)


def last_titles(world: World) -> dict[tuple[str, str], str]:
    """(CRM, e-mail) → the title that was written last into its record."""
    with world.app.ledger.read() as tx:
        rows = tx.session.rows(changes.select().order_by(changes.c.id))
        people = {
            lead.id: lead.enrichment.values.email for lead in tx.leads.walk([]) if lead.enrichment is not None
        }
    return {
        (row.target, str(people[row.lead_id])): row.after["title"] for row in rows if "title" in row.after
    }


def lossy(worlds: Sequence[World], busy: Busy, end: float) -> list[float]:
    """The same while replies are lost, of every kind of call: how many were, and of how many."""
    asked = _calls(worlds[0])
    for target in crowd.TARGETS:
        worlds[0].fault(service=target.value, fault="reset", when="after", share=_LOST)
    write_all(worlds, busy, end)
    lost = [order["fired"] for order in worlds[0].faults()]
    assert all(lost)
    worlds[0].mend()
    return [sum(lost), _calls(worlds[0]) - asked]


def _calls(world: World) -> int:
    books = world.sandbox_ledger()
    return sum(sum(books[target.value]["calls"].values()) for target in crowd.TARGETS)


def _blanks(world: World) -> dict[str, int]:
    """As far as the services count them, people's own in the one that cannot tell."""
    books = world.sandbox_ledger()
    return {target.value: books[target.value].get("blanks_written", 0) for target in crowd.TARGETS}


def edits(people: int) -> dict[str, str]:
    """E-mail → a title of people's own; some remove it."""
    typed = {crowd.email(one): f"Edited {one}" for one in range(0, people, 3)}
    return typed | {crowd.email(one): "" for one in range(1, people, 9)}


def try_it(home: Path, leads: int, people: int, seconds: float) -> dict[str, Any]:
    """How it ended: the other side's books, its records, and what we say that we wrote last.

    Half of the leads are through before somebody edits what stands, the others come afterwards.
    """
    database = f"sqlite:///{home / 'ledger.db'}"
    end, busy = time.monotonic() + seconds, Busy()
    with ExitStack() as stack:
        url = stack.enter_context(running(replace(QUIET, seed=11)))
        worlds = [
            stack.enter_context(installed(home, url, database, HOLDER=f"process-{one}", **crowd.ENVIRON))
            for one in range(_PROCESSES)
        ]
        first = worlds[0]
        crowd.type_in(url, range(0, people, 2))
        crowd.bring_in(first, range(leads // 2), people)
        began = time.monotonic()
        lost = [lossy(worlds, busy, end)]
        edited = edits(min(leads - people, leads // 2))
        untouched = _blanks(first)
        crowd.edit(url, edited)
        by_hand = {service: number - untouched[service] for service, number in _blanks(first).items()}
        crowd.bring_in(first, range(leads // 2, leads), people)
        lost.append(lossy(worlds, busy, end))
        sys.stderr.write(f"{4 * leads / (time.monotonic() - began):.0f} syncs a second\n")
        books = first.sandbox_ledger()
        found = {"books": books, "records": crowd.records(books), "last": last_titles(first)}
        return found | {"edited": edited, "by_hand": by_hand, "busy": busy.most, "lost": lost}


def assert_all_is_well(found: dict[str, Any], people: int) -> None:
    """Jobs and losses as promised; then record by record."""
    assert found["busy"] == _JOBS
    lost, asked = (sum(pair[place] for pair in found["lost"]) for place in (0, 1))
    assert _LOST - 0.05 < lost / asked < _LOST + 0.05
    for service, stands in found["records"].items():
        books = found["books"][service]
        assert len({one.email for one in stands}) == len(stands) == people, service
        assert books["duplicate_emails"] == 0, service
        assert books.get("blanks_written", 0) == found["by_hand"][service], service
        assert books.get("human_overwritten", 0) == books.get("human_edits_overwritten", 0) == 0, service
        _assert_kept(stands, people)
        _assert_titles(service, stands, found)


def _assert_kept(stands: Sequence[crowd.Stands], people: int) -> None:
    """What was typed in before, and what an earlier lead knew and a later one did not."""
    typed = {crowd.email(number) for number in range(0, people, 2)}
    assert [one for one in stands if one.email in typed and one.name != ("Typed", "In")] == []
    places = {crowd.email(number): {f"Place {number}"} for number in range(people)}
    assert [one for one in stands if one.places != places[one.email]] == []


def _assert_titles(service: str, stands: Sequence[crowd.Stands], found: dict[str, Any]) -> None:
    """People's where they have edited them, else the one that was written last."""
    edited: dict[str, str] = found["edited"]
    wanted = {one.email: edited.get(one.email, found["last"][service, one.email]) for one in stands}
    assert [one for one in stands if one.titles != {wanted[one.email]} - {""}] == []


@pytest.mark.acceptance
def test_three_hundred_leads_onto_a_hundred_and_eighty_people(tmp_path: Path) -> None:
    """Four CRMs, sixteen jobs, three replies in ten lost."""
    assert_all_is_well(try_it(tmp_path, 300, 180, 500.0), 180)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_five_thousand_leads_onto_three_thousand_people(tmp_path: Path) -> None:
    """Four CRMs, sixteen jobs, three replies in ten lost."""
    assert_all_is_well(try_it(tmp_path, 5000, 3000, 1500.0), 3000)
