"""What goes into the CRMs, and what people change there by hand, stands in the audit trail."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alpha_swarm.cli.main import run
from alpha_swarm.ledger.schema.audit import audit
from alpha_swarm.ledger.schema.tables import events
from tests.integration.crm_place import RUN

if TYPE_CHECKING:
    from tests.integration.crm_place import Place

KNOWN, LEADS = 2, 5


def trail(place: Place) -> list[tuple[str, dict[str, Any]]]:
    """Kind and detail of each record."""
    with place.world.app.ledger.read() as tx:
        return [(row[2], json.loads(row[3])) for row in tx.audit.walk(0)]


def disclosed(place: Place) -> Counter[tuple[str, str]]:
    """Lead and what was done, by the stories of the leads."""
    with place.world.app.ledger.read() as tx:
        rows = tx.session.rows(select(events).where(events.c.kind == "disclosed"))
        return Counter((row.lead_id, row.detail["action"]) for row in rows)


def noted(place: Place) -> Counter[tuple[str, str]]:
    """The same by the trail."""
    details = [detail for kind, detail in trail(place) if kind == "disclosure"]
    assert {detail["target"] for detail in details} <= {place.target.value}
    return Counter(
        (lead, did) for detail in details for did, leads in detail["leads"].items() for lead in leads
    )


def test_each_disclosure_is_in_the_trail_and_each_change_by_hand(place: Place) -> None:
    """By lead and action; a sync that writes nothing leaves nothing there."""
    place.type_in(KNOWN)
    place.bring_in([(number, f"Title {number}") for number in range(LEADS)])
    assert place.sync() == LEADS
    first = noted(place)
    assert first == disclosed(place)
    assert sorted(Counter(did for _, did in first).values()) == [KNOWN, LEADS - KNOWN]
    assert place.sync("--all") == LEADS
    assert noted(place) == first
    place.say("undo", RUN)
    place.learn(title="Chief Tester")
    place.sync("--all")
    assert noted(place) == disclosed(place) != first
    ids = sorted(place.world.leads())
    by_hand = [detail for kind, detail in trail(place) if kind == "change"]
    assert [(one["action"], len(lead_ids(one, place))) for one in by_hand] == [
        ("sync", LEADS),
        ("sync", LEADS),
        ("undo", KNOWN),
        ("sync", LEADS),
    ]
    assert sorted(lead_ids(by_hand[0], place)) == ids
    assert run(["privacy", "audit", "verify"]) == 0


def lead_ids(change: dict[str, Any], place: Place) -> list[str]:
    """Of a change by hand."""
    found: list[str] = change["leads"] if change["action"] == "undo" else change["leads"][place.target.value]
    return found


def test_nothing_in_the_trail_says_who_anybody_is(place: Place) -> None:
    place.bring_in([(number, "Unmistakable Title") for number in range(2)])
    place.sync()
    place.say("undo", RUN)
    with place.world.app.ledger.read() as tx:
        text = str([row.detail for row in tx.session.rows(select(audit))])
    assert "disclosure" in {kind for kind, _ in trail(place)}
    assert not any(word in text.lower() for word in ("works.example", "unmistakable", "profile-", "linkedin"))
