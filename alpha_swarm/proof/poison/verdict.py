"""Whether the poison was told apart from all others, and what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.states import State, Step
from alpha_swarm.proof.books import audit
from alpha_swarm.proof.trial import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.app import App
    from alpha_swarm.proof.poison.doses import Dose

#: What was paid in these is booked with the result, which poison never has.
_PAID = (Step.ENRICH, Step.COLLECT)
#: Credits are sums of tenths in floating point on both sides.
_ROUNDING = 0.01


def verdict(
    app: App, accepted: Sequence[str], doses: Mapping[str, Dose], other: Mapping[str, Any]
) -> Iterator[Violation]:
    """Every promise that was broken."""
    unpaid = {key for key, dose in doses.items() if dose.step in _PAID}
    yield from audit(app, accepted, _without_costs(other, unpaid))
    charged = {row["lead_id"] for row in other["clay"]["row_list"] if row["credits"] > 0}
    yield from _reserved(app, len(unpaid & charged), len(unpaid))
    with app.ledger.read() as tx:
        leads = tx.leads.load(list(accepted))
        deaths = {key: tx.views.deaths(key) for key in accepted}
    for key in accepted:
        state = leads[key].state
        found = {(death["step"], death["cause"], death["class"]) for death in deaths[key]}
        if key not in doses and (state is not State.SYNCED or found):
            yield Violation("innocent", key, f"{state.value} {sorted(found)}")
        elif key in doses and (
            state is not State.DEAD or found != {(doses[key].step.value, "poison", "poison")}
        ):
            yield Violation("poison", key, f"{doses[key]} ended as {state.value} {sorted(found)}")


def _without_costs(other: Mapping[str, Any], lead_ids: set[str]) -> dict[str, Any]:
    rows = [
        {**row, "credits": 0.0} if row["lead_id"] in lead_ids else row for row in other["clay"]["row_list"]
    ]
    return {**other, "clay": {**other["clay"], "row_list": rows}}


def _reserved(app: App, least: int, most: int) -> Iterator[Violation]:
    """Nobody knows what they cost, so that stays reserved; what never left the process falls back."""
    each = app.settings.clay.estimate.credits
    reserved = app.status()["credits"]["month"]["reserved"]
    if not least * each - _ROUNDING <= reserved <= most * each + _ROUNDING:
        yield Violation("reserved", "books", f"{reserved} credits reserved for {least} to {most} leads")
