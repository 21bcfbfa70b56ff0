"""GoHighLevel's search for many is proven by whom an earlier batch has written, too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.scripted_server import ScriptedServer, scripted_server, told
from tests.unit.connectors.test_ghl_search import (
    ANN,
    CREATE,
    FACT,
    LOCATION,
    MANY,
    ONE,
    REFUSING,
    UPSERT,
    contact,
    page,
)
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.connectors.ghl.crm import Ghl
    from tests.doubles import MemoryFacts


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """An empty location, which refuses duplicates."""
    with scripted_server() as server:
        server.answers("GET", ONE, told({"contact": None}))
        server.answers("GET", LOCATION, told({"location": {"id": "loc", "settings": REFUSING}}))
        server.answers("POST", UPSERT, told({"new": True, "contact": {"id": "ann"}}))
        server.answers("POST", CREATE, told({"contact": {"id": "made"}}, 201))
        yield server


def test_a_first_load_proves_the_search_for_the_next_batch(
    ghl: Ghl, server: ScriptedServer, facts: MemoryFacts
) -> None:
    """Nobody was there before; the index has had until the next batch to see those who are by now."""
    server.answers("POST", MANY, page(ANN), page())
    upserted(ghl, [contact(ghl)])
    assert facts.get(FACT) is None
    upserted(ghl, [contact(ghl, "bob")])
    assert facts.get(FACT) == "proven"
    assert [one.json["email"] for one in server.asked_for("POST", CREATE)] == ["bob@acme.com"]


def test_where_nobody_is_new_nothing_is_asked(ghl: Ghl, server: ScriptedServer) -> None:
    """Neither for an empty batch nor for one of those we know."""
    server.answers("GET", "/contacts/ann", told({"contact": ANN}))
    upserted(ghl, [contact(ghl)])
    upserted(ghl, [])
    upserted(ghl, [replace(contact(ghl), external_id="ann")])
    assert server.asked_for("POST", MANY) == []


def test_an_index_that_has_not_seen_them_proves_nothing(
    ghl: Ghl, server: ScriptedServer, facts: MemoryFacts
) -> None:
    """One question a batch is all that it costs."""
    server.answers("POST", MANY, page())
    for _ in range(3):
        upserted(ghl, [contact(ghl)])
    assert facts.get(FACT) is None
    assert len(server.asked_for("POST", MANY)) == 2


def test_whoever_was_refused_proves_nothing(ghl: Ghl, server: ScriptedServer) -> None:
    """Only who is sure to be there is asked for."""
    server.answers("POST", UPSERT, told({"message": ["email must be an email"]}, 422))
    for _ in range(2):
        upserted(ghl, [contact(ghl)])
    assert server.asked_for("POST", MANY) == []
