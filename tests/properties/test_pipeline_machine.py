"""Hints in any order and number, crashes, lost replies: nothing twice, nothing lost, the books right."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from alpha_swarm.domain.states import RESTING, State, Step
from alpha_swarm.proof import rounds
from tests.proof.mutants import answers as mutants
from tests.properties.installation import Installation
from tests.properties.other_side import CREDITS, Killed, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from alpha_swarm.app import App

_NAMES = [f"person-{number}" for number in range(8)]
_STRANGER = "01J00000000000000000NOBODY"
_STEPS = [Step.INGEST, Step.ENRICH, Step.COLLECT, Step.SYNC_GHL, Step.WRITE_BACK]
#: Within these a request arrives, or never.
_ON_ITS_WAY_SECONDS = 4.0
#: Longer than a lease, and then than a look-up waits.
_LONG_SECONDS = (61.0, 7.0)

workers = st.sampled_from([0, 1])
troubles = st.lists(st.sampled_from(list(Trouble)), max_size=3)
some = st.lists(st.integers(0, len(_NAMES)), min_size=1, max_size=8)


@cache
def _installation() -> Installation:
    return Installation()


class Pipeline(RuleBasedStateMachine):
    """The real pipeline and ledger; what is outside keeps its own books."""

    def __init__(self) -> None:
        super().__init__()
        self.one = _installation()
        self.one.start_anew()
        self.other = self.one.other
        self.take(_NAMES[:2])

    @rule(names=st.lists(st.sampled_from(_NAMES), min_size=1, max_size=3))
    def take(self, names: Sequence[str]) -> None:
        """People come, some of them again."""
        self.one.take(names)

    @rule(step=st.sampled_from(_STEPS), chosen=some, times=st.integers(1, 3), worker=workers, met=troubles)
    def hint(
        self, step: Step, chosen: Sequence[int], times: int, worker: int, met: Sequence[Trouble]
    ) -> None:
        """A hint for some leads and a stranger, one to three times."""
        names = [*self.one.accepted, _STRANGER]
        lead_ids = [names[number % len(names)] for number in chosen]
        for _ in range(times):
            self._with(worker, met, lambda: self.one.workers[worker].run(step, lead_ids))

    @rule(worker=workers, met=troubles)
    def work(self, worker: int, met: Sequence[Trouble]) -> None:
        """Hints for everything that is due."""
        self._with(worker, met, lambda: rounds.work_once(self.one.workers[worker]))

    @rule(seconds=st.sampled_from([1.0, 7.0, 16.0, 61.0, 400.0]))
    def time_passes(self, seconds: float) -> None:
        """For all."""
        self.one.let_time_pass(seconds)

    @rule(told=st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=6), worker=workers)
    def webhooks(self, told: Sequence[tuple[int, bool]], worker: int) -> None:
        """Whole and partial, of rows that are ours and not, finished and not, and one that is nothing."""
        bodies = [json.dumps({"row_id": f"row_{number}", "whole": whole}).encode() for number, whole in told]
        self.one.workers[worker].receive_webhook([*bodies, b"nothing"])
        self.one.workers[worker].read_inbox()

    @rule(worker=workers)
    def replay(self, worker: int) -> None:
        """Dead letters whose time has come."""
        self.one.workers[worker].replay()

    @invariant()
    def nothing_happens_twice(self) -> None:
        """By the other side's own log."""
        assert set(self.other.rows_of().values()) <= {1}
        assert set(self.other.charges.values()) <= {1}

    @invariant()
    def the_books_balance(self) -> None:
        """All that was taken in is there, at rest or with something owed; credits are as charged at most."""
        books = self.one.books()
        assert books.leads == books.accepted == len(self.one.accepted)
        assert 0 <= books.spent <= self._charged()
        assert books.reserved >= 0
        assert books.idle == 0

    def teardown(self) -> None:
        """In the end everybody rests, and every credit that was charged is in the books, or reserved."""
        unbooked = self._settle()
        if unbooked:
            self._tell_of(unbooked)
            assert not self._settle()
        self._all_rest()
        self.nothing_happens_twice()

    def _settle(self) -> set[str]:
        """Rows whose charge is not booked yet: poison's, which nobody asks for, and its credits are reserved.

        A worker died over each of those leads alone, three times. What its call did nobody knows.
        """
        status = self.one.settle()
        assert status["settled"]
        assert status["balanced"]
        poison, unsettled = self.one.poison(), self.one.unsettled()
        unbooked = {key: str(self.other.rows[key].lead_id) for key in self.other.charges}
        unbooked = {key: lead_id for key, lead_id in unbooked.items() if lead_id in poison}
        assert set(unbooked.values()) <= unsettled.keys() <= poison
        assert min(unsettled.values(), default=CREDITS) >= CREDITS
        spent = self._charged() - CREDITS * len(unbooked)
        reserved = sum(unsettled.values())
        assert status["credits"]["month"] == {"reserved": reserved, "spent": spent, "cap": None}
        return set(unbooked)

    def _tell_of(self, row_ids: Iterable[str]) -> None:
        """Results that come by themselves settle what nobody asked for."""
        told = [json.dumps({"row_id": row_id, "whole": True}).encode() for row_id in row_ids]
        self.one.workers[0].receive_webhook(told)
        self.one.workers[0].read_inbox()

    def _charged(self) -> float:
        return CREDITS * self.other.charges.total()

    def _all_rest(self) -> None:
        with self.one.workers[0].ledger.read() as tx:
            leads = tx.leads.load(self.one.accepted)
        assert len(leads) == len(self.one.accepted)
        assert {lead.state for lead in leads.values()} <= RESTING
        synced = [lead for lead in leads.values() if lead.state is State.SYNCED and lead.external_ids]
        assert {lead.external_ids["ghl"] for lead in synced} <= set(self.other.contacts)
        opened = {lead.id: f"deal of {lead.id}" for lead in synced}
        assert self.one.deals(opened) == opened
        assert opened.keys() <= self.other.deals.keys()
        assert {one.owner for one in self.other.deals.values()} <= {"rep@sales.example"}

    def _with(self, worker: int, met: Sequence[Trouble], act: Callable[[], Any]) -> None:
        """Do it with trouble; a worker that dies is known to be dead."""
        self.other.troubles.extend(met)
        other = self.one.workers[1 - worker]
        self.other.before = lambda: self._meanwhile(other, _ON_ITS_WAY_SECONDS)
        self.other.after = lambda: self._meanwhile(other, *_LONG_SECONDS)
        try:
            act()
        except Killed:
            self.one.enricher(worker).dead = False
            self.one.workers[worker].free(f"worker-{worker}")
        finally:
            self.other.troubles.clear()

    def _meanwhile(self, other: App, *waits: float) -> None:
        """Time passes, and another worker does what there is to do."""
        for seconds in waits:
            self.one.let_time_pass(seconds)
            rounds.work_once(other)


def _settings(examples: int, steps: int, **more: Any) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        report_multiple_bugs=False,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )


def test_whatever_happens_nothing_is_lost_or_done_twice() -> None:
    run_state_machine_as_test(Pipeline, settings=_settings(20, 30))


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_whatever_happens_for_longer() -> None:
    run_state_machine_as_test(Pipeline, settings=_settings(500, 50))


@pytest.mark.parametrize(("first", "charged"), [(Trouble.KILLED_BEFORE, 0), (Trouble.KILLED_AFTER, 1)])
def test_what_poison_may_have_cost_stays_reserved_until_its_result_comes(
    first: Trouble, charged: int
) -> None:
    """One worker dies over the call and two over the look-up; between them it is too early for one."""
    machine = Pipeline()
    machine.hint(step=Step.INGEST, chosen=[0], times=1, worker=0, met=[])
    for met in ([first], [], [Trouble.KILLED_BEFORE], [Trouble.KILLED_BEFORE]):
        machine.hint(step=Step.ENRICH, chosen=[0], times=1, worker=0, met=met)
        machine.time_passes(seconds=61.0)
    unbooked = machine._settle()
    assert len(unbooked) == charged
    assert machine.one.poison() == machine.one.unsettled().keys() == {machine.one.accepted[0]}
    machine.teardown()
    assert len(machine.one.unsettled()) == 1 - charged


def test_a_second_sending_without_a_look_up_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the machine can fail."""
    mutants.nothing_is_ever_in_doubt(monkeypatch)
    found = _settings(100, 30, phases=[Phase.generate], database=None, derandomize=True)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Pipeline, settings=found)
