"""Each lead's story: append-only, ids and figures only."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.tables import events
from alpha_swarm.ports.records import DISCLOSED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.records import Story

#: The kind of event that is a look at a person's data by somebody of ours.
LOOKED_AT = "looked_at"


def tell(session: Session, stories: Iterable[Story]) -> None:
    """Append."""
    rows = [
        {"lead_id": story.lead_id, "at": session.now, "kind": story.kind, "detail": dict(story.detail)}
        for story in stories
    ]
    session.add(events, rows)


def disclosures(session: Session, lead_ids: Collection[str]) -> Mapping[str, list[dict[str, Any]]]:
    """Lead id → ``{system, timestamp, action}``, oldest first."""
    query = (
        select(events.c.lead_id, events.c.at, events.c.detail)
        .where(among(events.c.lead_id, lead_ids), events.c.kind == DISCLOSED)
        .order_by(events.c.id)
    )
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in session.rows(query):
        moment = when(row.at).isoformat(timespec="seconds").replace("+00:00", "Z")
        found[row.lead_id].append(
            {"system": row.detail["system"], "timestamp": moment, "action": row.detail["action"]}
        )
    return found
