"""Whatever happens to a call, each lead gets an outcome, and only a real answer settles a doubt."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.calls.effect import Again, Done, Doubt, Fault, Gone, Outcome, Refused, Unasked
from alpha_swarm.domain.calls.in_flight import InFlight
from alpha_swarm.domain.states import Priority, Step
from alpha_swarm.errors import (
    BreakerOpenError,
    GiveUpError,
    HaltError,
    OutcomeUnknownError,
    RateLimitedError,
    RetryLaterError,
    UnavailableError,
)
from alpha_swarm.pipeline.effects.calling import Call, Calling
from alpha_swarm.pipeline.effects.claims import idempotency_key
from alpha_swarm.pipeline.effects.effect import Effect
from alpha_swarm.pipeline.effects.entrance import Entrance
from alpha_swarm.pipeline.effects.leases import LEASE_SECONDS, Hold
from alpha_swarm.pipeline.effects.slots import Slots
from tests.doubles import StillClock
from tests.unit.domain.factories import LEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from alpha_swarm.domain.leads.lead import Lead

THREADS = ThreadPoolExecutor(4)
LEADS = [replace(LEAD, id=name) for name in ("a", "b", "c")]
MISSING = dict.fromkeys("abc", Again("an earlier call took no effect", after=0.0))
VERDICTS: list[tuple[Exception, type[Outcome]]] = [
    (RetryLaterError("later", 3.0), Again),
    (RateLimitedError("slowly", 3.0), Again),
    (UnavailableError("no connection"), Again),
    (HaltError("no key", 300.0), Again),
    (OutcomeUnknownError("a reset"), Doubt),
    (GiveUpError("never", cause="invalid_input"), Refused),
    (KeyError("a fault of our own"), Fault),
]


class Scripted(Effect):
    """Answers, or breaks, as told."""

    step = Step.ENRICH
    operation = "scripted"

    def __init__(self, answer: Mapping[str, Any] | Exception, *, repeatable: bool = False) -> None:
        self._answer = answer
        self.repeatable = repeatable  # type: ignore[misc]  # each script says it for itself
        self.sent: list[list[str]] = []

    def send(self, leads: Sequence[Lead], key: str, at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """As told."""
        del at_once
        yield self._tell(leads, key)

    def look_up(self, leads: Sequence[Lead]) -> Mapping[str, Done]:
        """The same."""
        return self._tell(leads, "look-up")  # type: ignore[return-value]

    def _tell(self, leads: Sequence[Lead], key: str) -> Mapping[str, Outcome]:
        self.sent.append([key, *(lead.id for lead in leads)])
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def done(self, *_: object) -> None:
        """Nothing follows."""

    def dead(self, *_: object) -> None:
        """Nothing follows."""


def held() -> Hold:
    """A lease that was just taken."""
    return Hold(StillClock(), since=0.0)


def calling(effect: Effect) -> Calling:
    """Under a lease that was just taken."""
    return Calling(effect, held(), Slots(), THREADS, Entrance())


def merged(portions: Iterable[Mapping[str, Outcome]]) -> dict[str, Outcome]:
    """All of them; an outcome comes once."""
    outcomes: dict[str, Outcome] = {}
    for portion in portions:
        assert not outcomes.keys() & portion.keys()
        outcomes |= portion
    return outcomes


def send(effect: Effect) -> dict[str, Outcome]:
    """One call for all leads."""
    return merged(calling(effect).send(Call(tuple(LEADS), "key")))


@pytest.mark.parametrize(("error", "kind"), VERDICTS, ids=lambda value: type(value).__name__)
def test_a_verdict_is_an_outcome_for_every_lead(error: Exception, kind: type[Outcome]) -> None:
    outcomes = send(Scripted(error))
    assert set(outcomes) == {"a", "b", "c"}
    assert {type(outcome) for outcome in outcomes.values()} == {kind}


@pytest.mark.parametrize("error", [error for error, _ in VERDICTS], ids=lambda error: type(error).__name__)
def test_a_look_up_that_breaks_leaves_the_doubt(error: Exception) -> None:
    """A fault of our own, too, but for its being looked for in ever smaller company."""
    kind = Fault if isinstance(error, KeyError) else Unasked
    assert {type(one) for one in calling(Scripted(error)).resolve(LEADS, MISSING).values()} == {kind}


@pytest.mark.parametrize("after", [0.0, 0])
def test_a_look_up_that_may_be_repeated_at_once_does_not_pass_for_an_answer(after: float) -> None:
    """Else what had taken effect would be sent, and paid, a second time."""
    error = RateLimitedError("Retry-After: 0", after)
    assert set(calling(Scripted(error)).resolve(LEADS, MISSING).values()) == {
        Unasked("the look-up failed: Retry-After: 0", after)
    }


def test_a_look_up_waits_until_its_target_may_be_called_again() -> None:
    """As long as an open breaker says."""
    outcomes = calling(Scripted(BreakerOpenError("too many calls failed", 12.0))).resolve(LEADS, MISSING)
    assert set(outcomes.values()) == {Unasked("the look-up failed: too many calls failed", 12.0)}


def test_a_look_up_settles_those_it_finds_and_frees_the_others() -> None:
    outcomes = calling(Scripted({"a": Done("row_1")})).resolve(LEADS, MISSING)
    assert outcomes["a"] == Done("row_1")
    assert {(type(outcomes[key]), outcomes[key].after) for key in "bc"} == {(Again, 0.0)}  # type: ignore[union-attr]


def test_nothing_is_begun_once_the_lease_is_lost() -> None:
    """Else two workers would pay for the same leads."""
    clock, script = StillClock(), Scripted({})
    hold = Hold(clock, since=clock.monotonic())
    clock.sleep(LEASE_SECONDS)  # as a process that was frozen finds it
    outcomes = merged(Calling(script, hold, Slots(), THREADS, Entrance()).send(Call(tuple(LEADS), "key")))
    assert script.sent == []
    assert {type(outcome) for outcome in outcomes.values()} == {Again}


def test_what_follows_for_the_missing_is_said_lead_by_lead() -> None:
    missing = {"a": Again("x"), "b": Again("y", 0.0), "c": Again("z", tries=3)}
    assert calling(Scripted({})).resolve(LEADS, missing) == missing


def test_a_lead_that_the_answer_does_not_name_is_in_doubt() -> None:
    outcomes = send(Scripted({"a": Done("row_1"), "b": Gone("no row")}))
    assert (outcomes["a"], outcomes["b"]) == (Done("row_1"), Gone("no row"))
    assert isinstance(outcomes["c"], Doubt)


def test_what_may_be_repeated_is_never_in_doubt() -> None:
    outcomes = send(Scripted(OutcomeUnknownError("a reset"), repeatable=True))
    assert {type(outcome) for outcome in outcomes.values()} == {Again}
    assert all(one.burns_attempt for one in outcomes.values() if isinstance(one, Again))


def test_a_halt_is_remembered_and_burns_no_attempt() -> None:
    calls = calling(Scripted(HaltError("no key", 300.0)))
    outcomes = merged(calls.send(Call(tuple(LEADS), "key")))
    assert (str(calls.halt), calls.halt and calls.halt.seconds) == ("no key", 300.0)
    assert set(outcomes.values()) == {Again("no key", 300.0, burns_attempt=False)}


@pytest.mark.parametrize(
    "error", [HaltError("no key"), RateLimitedError("slowly", 3.0), UnavailableError("no connection")]
)
def test_after_a_verdict_on_the_target_no_further_call_is_made(error: Exception) -> None:
    script = Scripted(error)
    calls = calling(script)
    outcomes = [merged(calls.send(Call((lead,), "key"))) for lead in LEADS]
    assert len(script.sent) == 1
    assert {type(outcome) for one in outcomes for outcome in one.values()} == {Again}


def every(effect: Effect, calls: list[Call], doubtful: list[Lead] | None = None) -> list[dict[str, Outcome]]:
    """The portions."""
    return list(calling(effect).outcomes(doubtful or [], MISSING, calls))


def test_each_call_of_a_batch_is_made_once() -> None:
    effect = Scripted({lead.id: Done(lead.id) for lead in LEADS})
    portions = every(effect, [Call((lead,), f"key of {lead.id}") for lead in LEADS])
    assert merged(portions) == {lead.id: Done(lead.id) for lead in LEADS}
    assert sorted(effect.sent) == [[f"key of {lead.id}", lead.id] for lead in LEADS]


def test_a_call_that_hangs_keeps_back_the_outcome_of_no_other() -> None:
    """The first portion comes while one call is still waiting for its answer."""
    answered = Event()

    class Slow(Scripted):
        def send(self, leads: Sequence[Lead], key: str, at_once: int) -> Iterator[Mapping[str, Outcome]]:
            if key == "slow":
                assert answered.wait(60)
            yield from super().send(leads, key, at_once)

    effect = Slow({lead.id: Done(lead.id) for lead in LEADS})
    portions = calling(effect).outcomes(
        [], {}, [Call((lead,), key) for lead, key in zip(LEADS, ["slow", "b", "c"], strict=True)]
    )
    came: set[str] = set()
    while not came >= {"b", "c"}:
        came |= next(portions).keys()
    assert "a" not in came
    answered.set()
    assert merged(portions).keys() == {"a"}


def test_look_ups_and_calls_of_a_batch_go_side_by_side() -> None:
    effect = Scripted({"a": Done("row")})
    assert merged(every(effect, [Call((LEADS[0],), "key")], LEADS[1:])).keys() == {"a", "b", "c"}


class InPortions(Scripted):
    """Names one lead after the other, and then breaks as told."""

    def __init__(
        self, leads: Sequence[str], end: Exception | None = None, *, repeatable: bool = False
    ) -> None:
        super().__init__({}, repeatable=repeatable)
        self._names = leads
        self._end = end
        self.at_once = 0

    def calls_in(self, leads: Sequence[Lead]) -> int:
        """One for each."""
        return len(leads)

    def send(self, leads: Sequence[Lead], key: str, at_once: int) -> Iterator[Mapping[str, Outcome]]:
        """As told."""
        del leads, key
        self.at_once = at_once
        for name in self._names:
            yield {name: Done(f"record of {name}")}
        if self._end is not None:
            raise self._end


@pytest.mark.parametrize(("error", "kind"), VERDICTS, ids=lambda value: type(value).__name__)
def test_a_verdict_in_the_middle_holds_for_whoever_was_not_named(
    error: Exception, kind: type[Outcome]
) -> None:
    """What took effect by then stands."""
    outcomes = send(InPortions("ab", error))
    assert (outcomes["a"], outcomes["b"]) == (Done("record of a"), Done("record of b"))
    assert isinstance(outcomes["c"], kind)


def test_each_portion_is_handed_on_before_the_next_is_asked_for() -> None:
    portions = calling(InPortions("abc")).send(Call(tuple(LEADS), "key"))
    assert [list(portion) for portion in portions] == [["a"], ["b"], ["c"]]


def test_the_first_outcome_of_a_lead_stands_and_strangers_are_passed_over() -> None:
    """Whatever an answer says of somebody who was not asked for is no outcome of ours."""
    portions = list(calling(InPortions(["a", "x", "a", "b", "c"])).send(Call(tuple(LEADS), "key")))
    assert [list(portion) for portion in portions] == [["a"], ["b"], ["c"]]


@pytest.mark.parametrize(("leads", "at_once"), [(1, 1), (3, 3), (9, 5)])
def test_a_call_of_many_takes_as_many_slots_as_it_wants_and_there_are(leads: int, at_once: int) -> None:
    names = [str(number) for number in range(leads)]
    effect = InPortions(names)
    effect.in_flight = InFlight(critical=5, normal=5, bulk=5)
    merged(calling(effect).send(Call(tuple(replace(LEAD, id=name) for name in names), "key")))
    assert effect.at_once == at_once


def test_slots_are_shared_and_given_back() -> None:
    """Who comes second gets what is left, but at least one; and all once the first is through."""
    slots = Slots()
    with (
        slots.some("crm", Priority.NORMAL, 5, 3) as first,
        slots.some("crm", Priority.NORMAL, 5, 4) as second,
        slots.some("crm", Priority.CRITICAL, 2, 9) as urgent,
    ):
        assert (first, second, urgent) == (3, 2, 2)
    with slots.some("crm", Priority.NORMAL, 5, 9) as again:
        assert again == 5


def test_the_key_of_a_call_depends_on_the_leads_and_not_on_their_order() -> None:
    key = idempotency_key("add_rows", {"a": 1, "b": 1})
    assert key == idempotency_key("add_rows", {"b": 1, "a": 1})
    others = [("enrich_rows", {"a": 1, "b": 1}), ("add_rows", {"a": 1, "b": 2}), ("add_rows", {"a": 1})]
    assert key not in {idempotency_key(operation, leads) for operation, leads in others}
