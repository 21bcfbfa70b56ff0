"""What a zombie changed after its thaw, and what became of its lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.states import State
from alpha_swarm.proof.books import audit
from alpha_swarm.proof.trial import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alpha_swarm.proof.zombies.plot import Plot
    from alpha_swarm.proof.zombies.zombie import Zombie

#: What is begun with these changes something at the other side; a search is a question.
_WRITES = ("http:before:POST", "http:before:PATCH", "http:before:PUT")
_QUESTION = "/search"


def acted(
    zombie: Zombie, before: Mapping[str, list[Any]], after: Mapping[str, list[Any]]
) -> Iterator[Violation]:
    """Whatever it did although somebody else had taken over."""
    subject = f"frozen at {zombie.point}"
    for name in zombie.since:
        if name.startswith(_WRITES) and not name.endswith(_QUESTION):
            yield Violation("sent", subject, name)
    for table, rows in before.items():
        if rows != after[table]:
            new = [row for row in after[table] if row not in rows]
            yield Violation("wrote", subject, f"{table}: {new[:1]}")


def verdict(plot: Plot, point: str, other: Mapping[str, Any]) -> Iterator[Violation]:
    """One row, one charge, one contact, and the lead at rest."""
    lead_ids = plot.group.ids
    rows = [row for row in other["clay"]["row_list"] if row["lead_id"] in lead_ids]
    mine = {**other, "clay": {**other["clay"], "row_list": rows}}
    for one in audit(plot.app, lead_ids, mine):
        yield Violation(one.kind, one.subject, f"{one.detail} [frozen at {point}]")
    with plot.app.ledger.read() as tx:
        states = {key: lead.state for key, lead in tx.leads.load(lead_ids).items()}
    for key, state in states.items():
        if state is not State.SYNCED or not rows:
            yield Violation("stranded", key, f"{state.value}, {len(rows)} rows [frozen at {point}]")
