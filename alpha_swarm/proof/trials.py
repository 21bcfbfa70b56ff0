"""All trials, the quick ones first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.errors import UserError
from alpha_swarm.proof.guarantees import GUARANTEES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from alpha_swarm.proof.trial import Trial

TRIALS: Sequence[Trial] = ()


def trials_of(numbers: Collection[int]) -> list[Trial]:
    """The trials of these guarantees; all when none is named.

    Raises:
        UserError: there is no such guarantee.
    """
    for number in numbers:
        if number not in GUARANTEES:
            raise UserError(f"--guarantee {number}: there are {', '.join(map(str, GUARANTEES))}")
    return [one for one in TRIALS if not numbers or set(one.guarantees) & set(numbers)]
