"""The account of money as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.letters.replay_cost import replay_cost
from alpha_swarm.domain.money.budget import Kind, kind_of, name_of, paced
from alpha_swarm.domain.money.estimate import days_needed, estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.money.budget import Caps
    from alpha_swarm.domain.money.cost import Cost
    from alpha_swarm.domain.money.costs import Costs
    from alpha_swarm.domain.money.estimate import Experience, Range
    from alpha_swarm.ledger.money.spending import Spending, Used

_BATCHES, _SOURCES = 10, 20
_HOURS_A_DAY = 24


class Accounts:
    """Builds the answers out of the books, within one transaction."""

    def __init__(self, spending: Spending, caps: Caps, costs: Costs, *, usual: Cost, most: Cost) -> None:
        """``usual``: what a lead is reckoned with; ``most``: what it may cost by the settings."""
        self._spending = spending
        self._caps = caps
        self._costs = costs
        self._usual = usual
        self._most = most

    def report(self) -> dict[str, Any]:
        """All that ``budget --json`` prints but what is held."""
        spending, (day, month) = self._spending, self._spending.now
        experience = spending.experience()
        learned = self.learned(experience)
        return {
            "credits": {
                "day": _meter(day, "credits", self._caps.day),
                "month": _meter(month, "credits", self._caps.month),
            },
            "actions": {
                "day": _meter(day, "actions", None),
                "month": _meter(month, "actions", self._caps.month_actions),
            },
            "batches": self._listed(Kind.BATCH, _BATCHES),
            "sources": self._listed(Kind.SOURCE, _SOURCES),
            "saved": learned["saved"],
            "cost": {**learned["cost"], **self._dearest()},
            "reached": list(spending.stops()),
            "pace": self._pace(day),
            "forecast": self.forecast(spending.unpaid(), experience),
            "reconciliation": spending.reconciliation(spending.moment.strftime("%Y-%m-%d")),
        }

    def learned(self, experience: Experience | None = None) -> dict[str, dict[str, Any]]:
        """What results cost so far, and what was saved by paying for nobody twice: a look at every result."""
        experience = experience or self._spending.experience()
        each = experience.per_lead or self._usual
        duplicates = self._spending.duplicates()
        saved = {"duplicates": duplicates, "credits": _rounded(each.credits * duplicates)}
        return {"saved": saved, "cost": presented(experience)}

    def forecast(self, number: int, experience: Experience | None = None) -> dict[str, Any]:
        """What so many leads will cost, and how many days that takes under the caps."""
        experience = experience or self._spending.experience()
        span = estimate(number, experience, self._costs, usual=self._usual, most=self._most)
        day, month = (sum(one.credits for one in used) for used in self._spending.now)
        today = self._spending.moment.date()
        return {
            "leads": number,
            "known": span.known,
            **ranged(span),
            "days": days_needed(span.expected.credits, self._caps, day, month, today) if number else 0,
        }

    def replay(self, before: Sequence[Cost], again: int, first: int) -> dict[str, Any]:
        """What a replay will cost.

        Args:
            before: what those cost the last time of whom that is known.
            again: leads that are paid for once more.
            first: leads that were never paid for.
        """
        unknown = again - len(before)
        experience = self._spending.experience()
        span = replay_cost(
            first + unknown, before, experience, self._costs, usual=self._usual, most=self._most
        )
        return {"known": span.known, **ranged(span)}

    def _dearest(self) -> dict[str, float]:
        dearest = self._spending.dearest()
        reserved = max(self._most.credits, dearest) if self._caps.capped else self._usual.credits
        return {
            "dearest_lead": _rounded(dearest),
            "most_per_lead": self._most.credits,
            "reserved_per_lead": _rounded(reserved),
        }

    def _listed(self, kind: Kind, most: int) -> list[dict[str, Any]]:
        caps = self._caps.batch if kind is Kind.BATCH else self._caps.source
        return [
            {
                kind.value: _label(scope),
                "credits": _meter(used, "credits", caps),
                "actions": _meter(used, "actions", None),
            }
            for scope, used in self._spending.of(kind, most).items()
        ]

    def _pace(self, day: Used) -> dict[str, Any]:
        hour = self._spending.moment.hour
        used = day[0].credits + day[1].credits
        share = paced(hour) if self._caps.pacing else 1.0
        even = None if self._caps.day is None else self._caps.day * (hour + 1) / _HOURS_A_DAY
        return {
            "pacing": "hourly" if self._caps.pacing else "off",
            "open_now": None if self._caps.day is None else _rounded(self._caps.day * share),
            "used": _rounded(used),
            "even_share": None if even is None else _rounded(even),
        }


def presented(experience: Experience) -> dict[str, Any]:
    """What was learnt about costs so far; ``None`` where there is nothing to learn from."""
    rate = experience.hit_rate
    return {
        "results": experience.results,
        "usable": experience.hits,
        "hit_rate": None if rate is None else round(rate, 4),
        "per_lead": _both(experience.per_lead),
        "per_usable_lead": _both(experience.per_usable_lead),
    }


def ranged(span: Range) -> dict[str, dict[str, float]]:
    """``{credits: {low, expected, high}, actions: {…}}``."""
    ends = {"low": span.low, "expected": span.expected, "high": span.high}
    return {
        "credits": {name: _rounded(cost.credits) for name, cost in ends.items()},
        "actions": {name: _rounded(cost.actions) for name, cost in ends.items()},
    }


def _meter(used: Used, name: str, cap: float | None) -> dict[str, float | None]:
    reserved, spent = (float(getattr(cost, name)) for cost in used)
    left = None if cap is None else _rounded(max(0.0, cap - reserved - spent))
    return {"reserved": _rounded(reserved), "spent": _rounded(spent), "cap": cap, "left": left}


def _both(cost: Cost | None) -> dict[str, float] | None:
    return None if cost is None else {"credits": _rounded(cost.credits), "actions": _rounded(cost.actions)}


def _label(scope: str) -> str:
    name = name_of(scope)
    return name.partition(":")[2] if kind_of(scope) is Kind.SOURCE else name


def _rounded(value: float) -> float:
    return round(value, 4)
