"""Leads that go the whole way again, and what is known of them from before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.leads.requests import may_answer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from alpha_swarm.domain.leads.enrichment import RowResult
    from alpha_swarm.domain.leads.lead import Standing
    from alpha_swarm.ports.ledger import Transaction


def with_known(tx: Transaction, lead_ids: Collection[str]) -> Mapping[str, Standing]:
    """Where these leads stand; those who were renewed with all that is known of them."""
    standing = tx.leads.standing(lead_ids)
    renewed = [key for key, lead in standing.items() if lead.generation > 1]
    return {**standing, **tx.leads.load(renewed, history=False)} if renewed else standing


def named(tx: Transaction, rows: Iterable[RowResult], known: Collection[str]) -> dict[str, Standing]:
    """Row id → lead, for rows whose ids are not known and that name their lead themselves."""
    names = {row.row_id: row.lead_id for row in rows if row.row_id not in known and row.lead_id}
    there = tx.leads.standing(set(names.values())) if names else {}
    return {row_id: there[lead_id] for row_id, lead_id in names.items() if lead_id in there}


def rounds(
    tx: Transaction, rows: Iterable[RowResult], leads: Mapping[str, str]
) -> Iterator[dict[str, RowResult]]:
    """Lead id → row, each lead once a round, in the order in which its rows came.

    What was sent for an earlier generation answers nobody any more. ``leads``: row id → lead id.
    """
    theirs = set(leads.values())
    # Whoever renews them meanwhile waits, so that they are still what they are taken for.
    tx.leads.lock(theirs)
    known = tx.leads.standing(theirs)
    waiting = [
        row for row in rows if row.row_id in leads and may_answer(known[leads[row.row_id]], row.row_id)
    ]
    while waiting:
        first: dict[str, RowResult] = {}
        waiting = [row for row in waiting if first.setdefault(leads[row.row_id], row) is not row]
        yield first
