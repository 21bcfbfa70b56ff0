"""What a batch's answer means for each of its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.clay.facts import NOT_FOUND
from alpha_swarm.domain.calls.effect import Again, Done, Doubt, Gone, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.connectors.clay.client import RowsRefused
    from alpha_swarm.connectors.clay.schemas import RowState
    from alpha_swarm.domain.calls.effect import Outcome


def of_refused(
    names: Sequence[str], rows: Sequence[Mapping[str, Any]], refused: RowsRefused
) -> dict[str, Outcome]:
    """The bad rows are refused, the good ones go on; where none is named, only a batch of one is refused."""
    reasons = _reasons(rows, refused)
    if reasons:
        good = Again("others in the batch were refused", after=0, burns_attempt=False)
    elif len(names) > 1:
        good = Again(refused.reason)
    else:
        reasons = {0: refused.reason}
        good = Again(refused.reason)
    return {
        name: Refused("invalid_input", reasons[index]) if index in reasons else good
        for index, name in enumerate(names)
    }


def _reasons(rows: Sequence[Mapping[str, Any]], refused: RowsRefused) -> dict[int, str]:
    """Index → reason. A field's name is only repeated when it is one that we sent."""
    reasons: dict[int, str] = {}
    for error in refused.errors:
        if error.index < len(rows):
            name = error.field if error.field in rows[error.index] else "a column"
            reasons.setdefault(error.index, f"clay refused the value of {name}")
    return reasons


def of_started(row_ids: Sequence[str], states: Sequence[RowState] | None) -> dict[str, Outcome]:
    """A row without an answer may have been started and charged."""
    return _of_states(row_ids, states, Doubt("clay did not answer for this row"))


def of_updated(row_ids: Sequence[str], states: Sequence[RowState] | None) -> dict[str, Outcome]:
    """A row without an answer is simply updated again."""
    return _of_states(row_ids, states, Again("clay did not answer for this row"))


def _of_states(
    row_ids: Sequence[str], states: Sequence[RowState] | None, missing: Outcome
) -> dict[str, Outcome]:
    """The call was accepted, so without a list of states all of it was."""
    if states is None:
        return {row_id: Done(row_id) for row_id in row_ids}
    answered = {state.id: _of_state(state) for state in states}
    return {row_id: answered.get(row_id, missing) for row_id in row_ids}


def _of_state(state: RowState) -> Outcome:
    if not state.error:
        return Done(state.id)
    error = state.error.lower().replace("_", " ")
    if NOT_FOUND.replace("_", " ") in error or "does not exist" in error:
        return Gone("clay has no such row")
    return Again("clay could not take this row")
