"""What was put into Redis once is believed to be there for ever, and nobody but its leads to be due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.app import current
from alpha_swarm.domain.states import Step, Target
from alpha_swarm.ledger.work.work import SqlWork
from jobs import enrich, ingest, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import pytest

_ALL = 10_000


def apply(patch: pytest.MonkeyPatch) -> None:
    """The sweep sends nobody twice, and a job does what its hint names."""
    asked = SqlWork.due
    hinted: set[tuple[Step, str]] = set()

    def due(
        work: SqlWork, steps: Collection[Step], limit: int, *, room: bool = False
    ) -> Mapping[Step, list[str]]:
        """Whoever was sent is not sent again until somebody has taken it up."""
        found = {(step, key) for step, keys in asked(work, steps, _ALL, room=room).items() for key in keys}
        hinted.difference_update({one for one in hinted if one[0] in steps} - found)
        fresh = sorted(found - hinted)[: max(limit, 0)]
        hinted.update(fresh)
        return {step: [key for one, key in fresh if one is step] for step in {step for step, _ in fresh}}

    patch.setattr(SqlWork, "due", due)
    patch.setattr(ingest, "submit", _exactly(Step.INGEST))
    patch.setattr(enrich, "start", _exactly(Step.ENRICH))
    patch.setattr(enrich, "collect", _exactly(Step.COLLECT))
    patch.setattr(ingest, "write_back", _exactly(Step.WRITE_BACK))
    patch.setattr(sync, "push", lambda target, ids: current().run(Step.sync(Target(target)), ids))


def _exactly(step: Step) -> Callable[[list[str]], None]:
    return lambda lead_ids: current().run(step, lead_ids)
