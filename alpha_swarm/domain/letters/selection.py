"""Which dead letters somebody means, as it was typed or clicked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alpha_swarm.domain.letters.dead_letters import Kind, Selection
from alpha_swarm.domain.moments import read_moment
from alpha_swarm.domain.states import Step, Target
from alpha_swarm.errors import UserError

#: Filters by name (``kind``, ``cause``, ``step``, ``since``, ``ids``; blanks count as absent), or ids: no ids
#: mean no letters.
Meant = Selection | Mapping[str, Any] | Sequence[str]


def selection_of(meant: Meant) -> Selection:
    """The selection.

    Raises:
        UserError: there is no such kind or step, or the moment is none.
    """
    if isinstance(meant, Selection):
        return meant
    if not isinstance(meant, Mapping):
        return Selection(ids=tuple(one.upper() for one in meant))
    ids, since = meant.get("ids"), meant.get("since")
    return Selection(
        kind=_kind(meant["kind"]) if meant.get("kind") else None,
        cause=meant.get("cause") or None,
        step=_step(meant["step"]) if meant.get("step") else None,
        since=None if since in (None, "") else _moment(since),
        ids=None if ids is None else tuple(one.upper() for one in ids),
    )


def _kind(name: str) -> Kind:
    if name in set(Kind):
        return Kind(name)
    raise UserError(f"there is no class {name}: take one of {', '.join(Kind)}")


def _step(name: str) -> Step:
    """A CRM's name stands for the sync with it."""
    if name in set(Target):
        return Step.sync(Target(name))
    if name in set(Step):
        return Step(name)
    known = ", ".join([*Target, *(one for one in Step if one.target is None)])
    raise UserError(f"there is no step {name}: take one of {known}")


def _moment(since: str | float) -> float:
    if not isinstance(since, str):
        return float(since)
    moment = read_moment(since)
    if moment is None:
        raise UserError(f"{since} is no moment: write 2026-01-31 or 2026-01-31T03:00 (UTC)")
    return moment.timestamp()
