"""A report of a million leads takes seconds, and no more memory than one of a thousand."""

from __future__ import annotations

import random
import resource
import time
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.results.quality import FIELDS
from alpha_swarm.domain.states import EnrichmentStatus, State, Tier
from alpha_swarm.ledger.schema.money import budget
from alpha_swarm.ledger.schema.tables import intakes, leads, sightings
from tests.integration.ledger.results import report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.ledger.ledger import SqlLedger

LEADS, SOURCES, DAYS = 1_000_000, 200, 120
_PAGE = 20_000
#: Several times what a free machine takes: others may be at work on it.
_SECONDS = 30.0
_ENDS = tuple(EnrichmentStatus)[2:]


def lead(number: int, now: float, chance: random.Random) -> dict[str, Any]:
    """One with a result."""
    return {
        "id": f"01J{number:023d}",
        "generation": 1,
        "state": chance.choice((State.SYNCED, State.UNENRICHABLE, State.ENRICHING)).value,
        "priority": 1,
        "turn": float(number),
        "identity": f"{number:064d}",
        "created_at": now,
        "updated_at": now,
        "retention_until": now + 6e7,
        "status": chance.choice(_ENDS).value,
        "score": 50,
        "tier": chance.choice(tuple(Tier)).value,
        "source": f"Source {number % SOURCES}",
        "enriched_at": now - chance.random() * DAYS * 86_400,
        "filled": chance.getrandbits(len(FIELDS)) | chance.getrandbits(len(FIELDS)),
        "dropped": int(chance.random() < 0.1),
    }


def sighting(one: dict[str, Any]) -> dict[str, Any]:
    """Its arrival."""
    return {
        "lead_id": one["id"],
        "fingerprint": one["identity"],
        "source_type": "post_liker",
        "source_name": one["source"],
        "source_url": "https://www.linkedin.com/feed/update/urn:li:activity:7000000000000000000",
        "collected_at": one["created_at"],
    }


def pages(now: float) -> Iterator[list[dict[str, Any]]]:
    """All leads."""
    chance = random.Random(7)
    for first in range(0, LEADS, _PAGE):
        yield [lead(number, now, chance) for number in range(first, first + _PAGE)]


def fill(ledger: SqlLedger) -> None:
    """A million leads, and the books of their money."""
    with ledger.read() as tx:
        now = tx.session.now
    for page in pages(now):
        with ledger.begin() as tx:
            tx.session.add(leads, page)
            tx.session.add(sightings, [sighting(one) for one in page])
            row = {"at": now, "door": "cli", "accepted": _PAGE, "duplicates": 0, "rejected": 0}
            tx.session.add(intakes, [row])
    scopes = [f"source:2026-{month:02}:Source {one}" for month in range(1, 13) for one in range(SOURCES)]
    nothing = dict.fromkeys(("credits_reserved", "actions_reserved", "actions_spent"), 0.0)
    with ledger.begin() as tx:
        tx.session.add(budget, [{"scope": scope, "credits_spent": 10.0, **nothing} for scope in scopes])


def peak_mb() -> float:
    """The most memory that this process had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_million_leads(ledger: SqlLedger) -> None:
    """It takes 4 s of one processor on SQLite."""
    fill(ledger)
    before, began = peak_mb(), time.perf_counter()
    found = report(ledger)
    seconds, grown = time.perf_counter() - began, peak_mb() - before
    print(f"report of {LEADS:,} leads: {seconds:.1f} s, {grown:.0f} MB")  # noqa: T201 - the figure is the point
    assert found["funnel"]["accepted"] == found["funnel"]["results"] == LEADS
    assert len(found["sources"]) == SOURCES
    assert sum(one["leads"] for one in found["sources"]) == LEADS
    assert seconds < _SECONDS
    assert grown < 150.0
