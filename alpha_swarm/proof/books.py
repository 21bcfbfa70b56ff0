"""What came of the leads, from the other side's own log and our ledger, in the way of Jepsen's checkers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.states import RESTING, State, Target
from alpha_swarm.proof.trial import Violation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from alpha_swarm.app import App

#: Credits are sums of tenths in floating point on both sides.
_ROUNDING = 0.01
_GIVEN_UP = (State.DEAD, State.HELD)


def audit(app: App, accepted: Collection[str], other: Mapping[str, Any]) -> tuple[Violation, ...]:
    """Every promise about what became of these leads that was broken.

    Args:
        app: an application on the ledger, after everything came to rest.
        accepted: the lead ids that clients were told.
        other: the sandbox's ledger with detail.
    """
    status = app.status()
    with app.ledger.read() as tx:
        leads = tx.leads.load(list(accepted))
        states = {lead.id: lead.state for lead in leads.values()}
    rows = other["clay"]["row_list"]
    # Of poison nobody knows what it did at the other side: its credits stay reserved, and it is listed.
    unknown = {one["lead_id"] for one in app.doubts()["unknown"] if one["credits"] > 0}
    unsure = {lead_id for lead_id in unknown if states.get(lead_id) in _GIVEN_UP}
    return (
        *(Violation("lost", lead_id) for lead_id in accepted if lead_id not in states),
        *(Violation("stranded", key, state.value) for key, state in states.items() if state not in RESTING),
        *_balance(status),
        *_rows(rows, states),
        *_money(status, rows, unsure),
        *_contacts(other),
    )


def _balance(status: Mapping[str, Any]) -> Iterator[Violation]:
    if not status["balanced"]:
        yield Violation("unbalanced", "status", str(status["leads"]))
    if not status["settled"]:
        yield Violation("stranded", "status", str(status["leads"]))


def _rows(rows: list[dict[str, Any]], states: Mapping[str, Any]) -> Iterator[Violation]:
    counted = Counter(row["lead_id"] for row in rows)
    yield from (Violation("unexpected", str(key), "a row") for key in counted if key not in states)
    yield from (
        Violation("duplicated", str(key), f"{number} rows") for key, number in counted.items() if number > 1
    )
    yield from (
        Violation("charged", str(row["lead_id"]), f"{row['enrich_count']} times")
        for row in rows
        if row["enrich_count"] > 1
    )


def _money(
    status: Mapping[str, Any], rows: list[dict[str, Any]], unsure: Collection[str]
) -> Iterator[Violation]:
    spent = status["credits"]["month"]["spent"]
    charged = sum(row["credits"] for row in rows if row["lead_id"] not in unsure)
    if abs(spent - charged) > _ROUNDING:
        yield Violation("charged", "books", f"{spent} in the ledger, {charged} at the other side")


def _contacts(other: Mapping[str, Any]) -> Iterator[Violation]:
    for target in Target:
        books = other[target.value]
        if books["duplicate_emails"]:
            yield Violation("duplicated", target.value, f"{books['duplicate_emails']} e-mails twice")
        # Instantly's books do not tell of blanks.
        if books.get("blanks_written"):
            yield Violation("blank", target.value, f"{books['blanks_written']} values lost")
