"""Finding the one lead of a batch over which workers die."""

from __future__ import annotations

#: So often a lead takes a worker down that has nothing else in hand, and is never taken up again.
CRASHES_ALONE = 3


def company_limit(company: int) -> int:
    """How many leads at most share a batch with one whose batch of ``company`` leads went wrong."""
    return max(1, company // 2)


def is_poison(crashes_alone: int) -> bool:
    """Whether enough is enough."""
    return crashes_alone >= CRASHES_ALONE
