"""Every order of webhooks about one row ends in the same state."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from alpha_swarm.connectors.clay import mapping
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.ledger.schema.crm import syncs
from alpha_swarm.ledger.schema.tables import call_leads, events, persons, work
from alpha_swarm.proof import rounds
from tests.properties.installation import Installation
from tests.properties.other_side import CREDITS, OtherSide

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.domain.leads.enrichment import RowResult

_EVENTS = ("whole", "partial", "duplicate", "failed", "of another row", "unreadable")
_STATUS = EnrichmentStatus.COMPLETED.value


@pytest.fixture
def one() -> Iterator[Installation]:
    """One worker whose rows all end the same way."""
    installation = Installation(workers=1)
    installation.enricher(0).parse = mapping.delivered  # type: ignore[method-assign]
    yield installation
    installation.close()


def every_order(most: int) -> list[tuple[str, ...]]:
    """Of up to so many of the webhooks, down to none at all."""
    return [order for number in range(most + 1) for order in permutations(_EVENTS, number)]


def run_to_the_end(one: Installation, leads: int) -> list[str]:
    """So many leads, enriched and announced to nobody; their row ids in the order of the leads."""
    lead_ids = one.take(f"order-{number}" for number in range(leads))
    while any(row.credits_used is None for row in one.other.rows.values()) or len(one.other.charges) < len(
        lead_ids
    ):
        assert rounds.work_once(one.workers[0])
    _complete(one.other)
    rows = {row.lead_id: row.row_id for row in one.other.rows.values()}
    return [rows[lead_id] for lead_id in lead_ids]


def _complete(other: OtherSide) -> None:
    """All rows alike, so that states can be compared."""
    for row_id, row in other.rows.items():
        values = {**row.values, "email_work": f"{row_id}@works.example", "company_size": 250}
        status = EnrichmentStatus.COMPLETED
        other.rows[row_id] = replace(row, status=status, values=values, credits_used=CREDITS)


def webhook(event: str, row: RowResult, number: int) -> bytes:
    """The body; a duplicate is the whole one again, and a failure names nothing but itself."""
    if event == "unreadable":
        return b"no json %d" % number
    whole = {**row.values, "id": row.row_id, "lead_id": row.lead_id, "enrichment_status": _STATUS}
    data: dict[str, Any] = {
        "whole": {**whole, "credits_used": CREDITS},
        "duplicate": {**whole, "credits_used": CREDITS},
        "partial": {"lead_id": row.lead_id, "enrichment_status": _STATUS},
        "failed": {"lead_id": row.lead_id},
        "of another row": {**whole, "lead_id": "nobody", "credits_used": CREDITS},
    }[event]
    row_id = f"stranger_{number}" if event == "of another row" else row.row_id
    name = "row.enrichment_failed" if event == "failed" else "row.enriched"
    return json.dumps({"event": name, "row_id": row_id, "table_id": "t", "data": data}).encode()


def final_states(one: Installation) -> set[str]:
    """What the ledger says of each lead, without ids and times."""
    with one.workers[0].ledger.read() as tx:
        leads = tx.leads.load(one.accepted)
        told: dict[str, list[Any]] = {
            key: [lead.state, lead.score and lead.score.total, lead.enrichment and lead.enrichment.status]
            for key, lead in leads.items()
        }
        for table, column in (
            (work, work.c.step),
            (syncs, syncs.c.state),
            (call_leads, call_leads.c.state),
            (events, events.c.kind),
            (persons, persons.c.score),
        ):
            found = select(table.c.lead_id.label("lead"), column.label("value"))
            for row in tx.session.rows(found):
                told[row.lead].append(f"{table.name}: {json.dumps(row.value)}")
    return {json.dumps([*facts[:3], *sorted(facts[3:])]) for facts in told.values()}


@pytest.mark.parametrize(("most", "number"), [(4, 517), pytest.param(6, 1957, marks=pytest.mark.long)])
@pytest.mark.parametrize("page", ["one by one", "all at once"])
def test_every_order_of_webhooks_ends_in_the_same_state(
    one: Installation, page: str, most: int, number: int
) -> None:
    """Of up to four of the six, and of up to all; where none comes, the row is asked for."""
    orders = every_order(most)
    assert len(orders) == number
    rows = [one.other.rows[row_id] for row_id in run_to_the_end(one, number)]
    deliver(one, list(zip(orders, rows, strict=True)), at_once=page == "all at once")
    status = one.settle()
    assert status["credits"]["month"]["spent"] == CREDITS * number
    assert len(final_states(one)) == 1


def deliver(one: Installation, stories: Sequence[tuple[Sequence[str], RowResult]], *, at_once: bool) -> None:
    """The webhooks of all leads, the first of each before the second of any; or lead by lead."""
    app = one.workers[0]
    bodies = [
        (place if not at_once else 0, webhook(event, row, number))
        for number, (order, row) in enumerate(stories)
        for place, event in enumerate(order)
    ]
    for turn in range(len(_EVENTS)):
        app.receive_webhook([body for place, body in bodies if place == turn])
        app.read_inbox()
