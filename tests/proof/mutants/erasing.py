"""Sabotage of erasures: somebody comes back, or something of them stays, once a process dies over one.

Called in every process of a trial, by a ``sitecustomize.py``, before anything else runs there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.ledger.leads.known_by import KnownBy
from alpha_swarm.ledger.privacy.removal import Removal
from alpha_swarm.ledger.privacy.rights_steps import SqlSteps

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from alpha_swarm.domain.privacy.rights import Identifiers


def nothing_but_the_profile_is_suppressed() -> None:
    """As if nobody were known by anything else."""
    hashes = KnownBy.hashes

    def sabotaged(self: KnownBy, lead_ids: Collection[str]) -> dict[str, str]:
        return {key: kind for key, kind in hashes(self, lead_ids).items() if kind == "linkedin"}

    KnownBy.hashes = sabotaged  # type: ignore[method-assign]  # the sabotage


def nobody_looks_again_when_the_worker_is_done() -> None:
    """Each system is asked once, although somebody has the person in hand."""
    plan = SqlSteps.plan

    def sabotaged(
        self: SqlSteps, request_id: str, where: Iterable[str], gathered: Identifiers, passes: int
    ) -> None:
        del passes
        plan(self, request_id, where, gathered, passes=1)

    SqlSteps.plan = sabotaged  # type: ignore[method-assign]  # the sabotage
    Removal.hands = lambda self: []  # type: ignore[method-assign]  # noqa: ARG005 - the sabotage


def nothing_is_remembered_outside() -> None:
    """A ledger that was put back from a copy knows nobody who must not be there."""
    HomeList.add = lambda *_arguments: None  # type: ignore[method-assign]  # the sabotage


def letters_stay() -> None:
    """Whatever nobody has read yet, or was put aside."""
    Removal._burn_letters = lambda *_arguments: None  # type: ignore[method-assign]  # the sabotage


#: What to do → the step of the life in which it must show.
MUTANTS: dict[Callable[[], None], str] = {
    nothing_but_the_profile_is_suppressed: "ingest",
    nobody_looks_again_when_the_worker_is_done: "ingest",
    nothing_is_remembered_outside: "collect",
    letters_stay: "inbox",
}
