"""In whatever order things happen, no cap is passed and nothing falls below zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from alpha_swarm.domain.money.budget import Caps, kind_of
from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.ledger.money.budget import read_used
from alpha_swarm.ledger.schema.money import budget
from alpha_swarm.ledger.schema.tables import call_leads, calls
from tests.integration.ledger.actors import add, arrival

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.ledger.ledger import SqlLedger

_LEADS = 8
_EACH = Cost(6.0, 2.0)
_OPERATION = "enrich_rows"
_CAPS = Caps(day=36.0, month=40.0, batch=18.0, source=24.0, month_actions=11)
_some = st.sets(st.integers(0, _LEADS - 1), min_size=1)
#: What binary numbers hold exactly, and never more than was reserved.
_costs = st.builds(Cost, st.integers(0, 24).map(lambda quarters: quarters / 4), st.integers(0, 2).map(float))


class Money(RuleBasedStateMachine):
    """Workers that reserve, and then settle, are charged, or die."""

    ledger: SqlLedger

    def __init__(self) -> None:
        super().__init__()
        with self.ledger.begin() as tx:
            for table in (call_leads, calls, budget):
                tx.session.run(delete(table))
        arrivals = [
            arrival(f"p{number}", batch=f"B{number % 3}", source=f"S{number % 2}") for number in range(_LEADS)
        ]
        self.lead_ids = add(self.ledger, arrivals)
        self.open: set[str] = set()
        """Those whose last call was not answered: whoever is open is not sent again."""

    @rule(chosen=_some, dies=st.booleans())
    def reserve(self, chosen: set[int], *, dies: bool) -> None:
        """As a worker claims; it may die afterwards, which leaves the reservation."""
        wanted = [key for key in self._of(chosen) if key not in self.open]
        with self.ledger.begin() as tx:
            granted = tx.calls.affordable(_EACH, wanted).granted
            if granted:
                tx.calls.plan(
                    operation=_OPERATION,
                    target="clay",
                    key="key",
                    lease=1,
                    generations=dict.fromkeys(granted, 1),
                    cost=_EACH,
                )
            self.open.update(granted)
        if dies:
            with self.ledger.begin() as tx:
                tx.calls.doubts(_OPERATION, self._of(chosen))

    @rule(chosen=_some, state=st.sampled_from(["unknown", "done"]))
    def answer(self, chosen: set[int], state: str) -> None:
        """A call that took effect, or may have, keeps its reservation."""
        with self.ledger.begin() as tx:
            tx.calls.settle(_OPERATION, dict.fromkeys(self._of(chosen), state))

    @rule(chosen=_some)
    def fail(self, chosen: set[int]) -> None:
        """A call without effect gives its reservation back."""
        with self.ledger.begin() as tx:
            tx.calls.settle(_OPERATION, dict.fromkeys(self._of(chosen), "failed"))
        self.open.difference_update(self._of(chosen))

    @rule(chosen=_some, cost=_costs)
    def charge(self, chosen: set[int], cost: Cost) -> None:
        """A result, also a second time: it pays only where something is open."""
        keys = [key for key in self._of(chosen) if key in self.open]
        with self.ledger.begin() as tx:
            tx.calls.charge(dict.fromkeys(keys, cost), keys)
        self.open.difference_update(keys)

    @invariant()
    def no_cap_is_passed(self) -> None:
        """In no scope, on no meter, and no figure is negative."""
        with self.ledger.read() as tx:
            rows = tx.session.rows(select(budget))
        for row in rows:
            reserved, spent = read_used(row)
            cap = _CAPS.of(kind_of(row.scope))
            assert min(reserved.credits, reserved.actions, spent.credits, spent.actions) >= 0.0
            assert reserved.credits + spent.credits <= cap.credits
            assert reserved.actions + spent.actions <= cap.actions

    def _of(self, chosen: set[int]) -> list[str]:
        return [self.lead_ids[index] for index in sorted(chosen)]


def test_no_order_of_events_passes_a_cap(open_ledger: Callable[..., SqlLedger]) -> None:
    machine = type("Machine", (Money,), {"ledger": open_ledger(caps=_CAPS)})
    steps = settings(settings.get_profile("ledger"), max_examples=25, stateful_step_count=20)
    run_state_machine_as_test(machine, settings=steps)
