"""Each lead's story: append-only, ids and figures only."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.schema.tables import events
from alpha_swarm.ports.records import DISCLOSED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.records import Story

#: The kind of event that is a look at a person's data by somebody of ours.
LOOKED_AT = "looked_at"
#: The kind of event that is a person's correction of what is held of them.
RECTIFIED = "rectified"
#: Of a look at a person's data: the person asked for it.
ACCESS = "access"


def tell(session: Session, stories: Iterable[Story]) -> None:
    """Append."""
    rows = [
        {"lead_id": story.lead_id, "at": session.now, "kind": story.kind, "detail": dict(story.detail)}
        for story in stories
    ]
    session.add(events, rows)


def disclosures(session: Session, lead_ids: Collection[str]) -> Mapping[str, list[dict[str, Any]]]:
    """Lead id → ``{system, timestamp, action}`` of disclosures, and what was done because the person asked.

    The oldest first; of a correction ``{action, timestamp, fields_updated}``, of an access ``{action,
    timestamp}``.
    """
    query = (
        select(events.c.lead_id, events.c.at, events.c.kind, events.c.detail)
        .where(among(events.c.lead_id, lead_ids), events.c.kind.in_((DISCLOSED, RECTIFIED, LOOKED_AT)))
        .order_by(events.c.id)
    )
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in session.rows(query):
        entry = _logged(row.kind, row.detail, when(row.at).isoformat(timespec="seconds"))
        if entry is not None:
            found[row.lead_id].append(entry)
    return found


def _logged(kind: str, detail: Mapping[str, Any], moment: str) -> dict[str, Any] | None:
    timestamp = moment.replace("+00:00", "Z")
    if kind == DISCLOSED:
        return {"system": detail["system"], "timestamp": timestamp, "action": detail["action"]}
    if kind == RECTIFIED:
        return {"action": "rectification", "timestamp": timestamp, "fields_updated": detail["fields_updated"]}
    return {"action": ACCESS, "timestamp": timestamp} if detail.get("action") == ACCESS else None
