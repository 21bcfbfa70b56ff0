"""Renews old results, once it is known what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.asking import Asking
from alpha_swarm.cli.budget import in_words
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.cli.printing import err
from alpha_swarm.domain.states import State
from alpha_swarm.errors import UserError
from alpha_swarm.pipeline.refresh import RENEWABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.config.clay import Clay

_DAY_SECONDS = 86400.0


def refresh_old(
    states: Sequence[State] | None, older_than: float | None, *, dry_run: bool, yes: bool
) -> dict[str, Any]:
    """``leads`` that are or would be renewed, ``estimate``, and ``went_on`` as with a pilot.

    Raises:
        UserError: a state has no result that could be renewed.
    """
    wanted = tuple(states or RENEWABLE)
    if not set(wanted) <= set(RENEWABLE):
        raise UserError(
            f"--state must be {' or '.join(RENEWABLE)}: others are on their way, or have no result"
        )
    with opened_app() as app:
        ages = {state: _DAY_SECONDS * _days(app.settings.clay, state, older_than) for state in wanted}
        number = app.refresh.count(ages)
        found: dict[str, Any] = {"leads": number, "estimate": app.forecast(number), "went_on": None}
        if dry_run:
            return {**found, "dry_run": True}
        if number:
            err().print(in_words(found["estimate"]), markup=False)
            found["went_on"] = Asking(yes=yes).agreed(f"Enrich {number:,} leads again?")
        else:
            found["went_on"] = False
        return found | ({"leads": app.refresh.run(ages)} if found["went_on"] else {})


def _days(clay: Clay, state: State, older_than: float | None) -> float:
    if older_than is not None:
        return older_than
    return clay.known_person_days if state is State.SYNCED else clay.known_miss_days
