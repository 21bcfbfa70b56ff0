"""Leads go in by the piece; the API refuses a run as a whole, so a bad item is found by halving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.connectors.clay.routines_mapping import RunName, item_of, row_id
from alpha_swarm.domain.calls.effect import Done, Refused, outcome_of
from alpha_swarm.domain.leads.requests import request_id
from alpha_swarm.errors import AlphaSwarmError, WrongAddressError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.connectors.clay.routines_client import RoutinesClient
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.leads.lead import Lead


def submit_items(client: RoutinesClient, leads: Sequence[Lead]) -> dict[str, Outcome]:
    """Lead id → its outcome.

    Raises:
        WrongAddressError: not one of several leads was taken, so it is not about them.
        AlphaSwarmError: the verdict on the call as a whole.
    """
    outcomes = _submit(client, leads)
    if len(leads) > 1 and all(isinstance(outcome, Refused) for outcome in outcomes.values()):
        raise WrongAddressError(
            "clay refused each item of a run: check CLAY_ROUTINE_ID, its inputs, and CLAY_ROUTINE_WEBHOOK_ID"
        )
    return outcomes


def _submit(client: RoutinesClient, leads: Sequence[Lead]) -> dict[str, Outcome]:
    answer = client.run([item_of(lead) for lead in leads])
    if isinstance(answer, str):
        run = RunName(answer)
        return {lead.id: Done(row_id(run, request_id(lead))) for lead in leads}
    if len(leads) == 1:
        return {leads[0].id: outcome_of(answer)}
    middle = len(leads) // 2
    return _half(client, leads[:middle]) | _half(client, leads[middle:])


def _half(client: RoutinesClient, leads: Sequence[Lead]) -> dict[str, Outcome]:
    """What becomes of one half is no word on the other."""
    try:
        return _submit(client, leads)
    except AlphaSwarmError as error:
        return {lead.id: outcome_of(error) for lead in leads}
