"""Sabotage of what holds when workers die over leads, are frozen or misread the time.

Called in every process of a trial, by a ``sitecustomize.py``, before anything else runs there.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from alpha_swarm.ledger.schema.tables import work
from alpha_swarm.ledger.session import Session
from alpha_swarm.ledger.work import suspicions
from alpha_swarm.ledger.work.work import SqlWork
from alpha_swarm.pipeline.effects import leases

if TYPE_CHECKING:
    from collections.abc import Collection

    from alpha_swarm.domain.states import Step
    from alpha_swarm.ports.records import Batch


def crashes_are_counted_on_failure_only() -> None:
    """Nothing is noted when a batch is taken up, so a worker that dies over it leaves no mark."""
    claim, drop = SqlWork.claim, SqlWork.drop

    def unmarked(self: SqlWork, step: Step, lead_ids: Collection[str], seconds: float) -> Batch | None:
        batch = claim(self, step, lead_ids, seconds)
        if batch is not None:
            _mark(self, batch, batch.items, None)
        return batch

    def marked(self: SqlWork, batch: Batch, lead_ids: Collection[str]) -> None:
        _mark(self, batch, lead_ids, len(batch.items))
        drop(self, batch, lead_ids)

    SqlWork.claim = unmarked  # type: ignore[method-assign]  # the sabotage
    SqlWork.drop = marked  # type: ignore[method-assign]  # the sabotage


def _mark(self: SqlWork, batch: Batch, lead_ids: Collection[str], company: int | None) -> None:
    rows = (work.c.step == batch.step.value, work.c.lead_id.in_(lead_ids))
    self._session.run(update(work).where(*rows).values(company=company))


def batches_are_never_halved() -> None:
    """Whoever shared a batch with the culprit shares the next one, too."""
    values: dict[str, Any] = vars(suspicions)
    values["company_limit"] = lambda company: company


def nobody_asks_whether_the_lease_still_stands() -> None:
    """No fence before a result is written."""
    SqlWork.held = lambda _self, batch: set(batch.items)  # type: ignore[method-assign,assignment]  # the sabotage


def leases_are_trusted_for_ever() -> None:
    """Whoever once had a lease sends."""
    leases.Hold.lost = property(lambda _self: False)  # type: ignore[assignment]  # the sabotage


def leases_go_by_the_clock_of_the_worker() -> None:
    """Every process brings its own time into the ledger."""
    Session.now = property(lambda _self: time.time())  # type: ignore[assignment,method-assign]  # the sabotage


def trust_is_short() -> None:
    """No sabotage: what takes 40 s in the program takes half a second here."""
    values: dict[str, Any] = vars(leases)
    values["_TRUSTED_SECONDS"] = 0.5
