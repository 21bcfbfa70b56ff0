"""Sabotages of how answers are treated: each must turn the trial red that looks for it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import requests

from alpha_swarm.connectors import judging, wire
from alpha_swarm.connectors.calls import Call
from alpha_swarm.connectors.ghl import facts
from alpha_swarm.connectors.ghl.client import GhlClient
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.domain.states import State
from alpha_swarm.errors import UnavailableError
from alpha_swarm.ledger.calls.calls import SqlCalls
from alpha_swarm.ledger.schema.tables import leases, work
from alpha_swarm.ledger.work.waiting import Waiting
from alpha_swarm.ledger.work.work import SqlWork
from alpha_swarm.pipeline.crm.contacts import Contacts
from alpha_swarm.pipeline.results import acceptance
from alpha_swarm.pipeline.write_back import WriteBack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pytest
    from sqlalchemy import Select


def a_timeout_passes_for_a_refused_connection(patch: pytest.MonkeyPatch) -> None:
    """Whatever brought no answer counts as never sent."""
    never_connected = wire.never_connected

    def sabotaged(problem: Exception) -> bool:
        return isinstance(problem, requests.ReadTimeout | TimeoutError) or never_connected(problem)

    patch.setattr(judging, "never_connected", sabotaged)


def nothing_is_ever_in_doubt(patch: pytest.MonkeyPatch) -> None:
    """Intents that were left open are not looked at."""
    patch.setattr(SqlCalls, "doubts", lambda *_: {})


def a_refused_connection_uses_up_an_attempt(patch: pytest.MonkeyPatch) -> None:
    """As if something had been sent."""
    patch.setattr(UnavailableError, "burns_attempt", True)


def contacts_are_searched_and_then_created(patch: pytest.MonkeyPatch) -> None:
    """Two calls where one would do: another worker fits between them."""
    write_each = GhlClient.write_each

    def known(self: GhlClient, call: Call) -> Call:
        found = (
            self.find(email=call.json["email"]) if call.method == "POST" and "email" in call.json else None
        )
        body = {name: value for name, value in call.json.items() if name != "locationId"}
        return self.updating(found, body) if found else call

    def sabotaged(self: GhlClient, calls: Sequence[Call], at_once: int) -> Any:
        return write_each(self, [known(self, call) for call in calls], at_once)

    patch.setattr(GhlClient, "write_each", sabotaged)
    patch.setattr(GhlClient, "upserting", _creating)


def contacts_are_created_blindly(patch: pytest.MonkeyPatch) -> None:
    """Nobody asks whether there is one."""
    patch.setattr(GhlClient, "upserting", _creating)


def _creating(client: GhlClient, body: Mapping[str, Any]) -> Call:
    return Call(
        operation="upsert contact",
        method="POST",
        path="/contacts/",
        effect=False,
        limit=facts.LIMIT,
        json={**body, "locationId": client._location_id},
    )


def results_are_taken_in_at_any_time(patch: pytest.MonkeyPatch) -> None:
    """Also for leads that have long been synced."""
    patch.setattr(acceptance, "_EXPECTING", frozenset(State))


def inputs_are_written_back(patch: pytest.MonkeyPatch) -> None:
    """The name goes back in another spelling, beside our own columns."""
    columns = WriteBack._columns

    def sabotaged(self: WriteBack, lead: Any) -> dict[str, Any]:
        return {**columns(self, lead), "first_name": f"{lead.input.first_name} the same"}

    patch.setattr(WriteBack, "_columns", sabotaged)


def leases_bind_nobody(patch: pytest.MonkeyPatch) -> None:
    """Whoever asks gets what is due, and writes what he likes, whatever stands there."""

    def everything(self: Waiting, query: Select[Any]) -> Select[Any]:
        joined = query.outerjoin(leases, leases.c.id == work.c.lease_id)
        return joined.where(work.c.due_at <= self._session.now)

    patch.setattr(Waiting, "_free", everything)
    patch.setattr(SqlWork, "held", lambda _, batch: set(batch.items))
    patch.setattr(Contacts, "_decided", lambda *given: Change(before={}, after=given[1].fields))


#: In child processes, which read it as they start.
CASE_TELLS_PEOPLE_APART = """
from alpha_swarm.domain.leads import identity

identity._normal = lambda segment: segment
"""


def in_children(patch: pytest.MonkeyPatch, folder: Path, source: str) -> None:
    """Every Python process that is started from now on is sabotaged."""
    (folder / "sitecustomize.py").write_text(source, encoding="utf-8")
    patch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
