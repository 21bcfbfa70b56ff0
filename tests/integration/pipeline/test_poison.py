"""A lead over which workers die, or our own code fails, ends among the dead letters; its company goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.states import State, Step
from alpha_swarm.pipeline.crm.sync import Sync
from alpha_swarm.pipeline.enrichment.enrich import Enrich
from alpha_swarm.pipeline.enrichment.ingest import Ingest
from alpha_swarm.pipeline.results.acceptance import Acceptance
from alpha_swarm.proof.time_travel import until_next
from tests.integration.pipeline import books

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World

#: Enriched whole in the sandbox, so that it comes as far as the CRMs.
_NUMBER = 8
_MOST_CRASHES = 40


class Killed(BaseException):
    """The worker is gone: nothing of ours catches this."""


def before(patch: pytest.MonkeyPatch, place: Any, name: str, check: Callable[[Any], None]) -> None:
    """Have a method look at its arguments first."""
    original = getattr(place, name)

    def checking(*arguments: Any, **named: Any) -> Any:
        check(arguments)
        return original(*arguments, **named)

    patch.setattr(place, name, checking)


def settle_over_crashes(world: World) -> int:
    """Work until everything rests, with a new worker after each crash; how many there were."""
    crashes = 0
    while not world.app.status()["settled"]:
        try:
            if not world.step():
                world.let_time_pass(until_next(world.app.ledger.engine))
        except (Killed, RuntimeError):
            crashes += 1
            world.app.free("test")
            assert crashes < _MOST_CRASHES
    return crashes


def check_isolated(world: World, poison: str, step: Step) -> None:
    """It alone is dead, as poison; all others arrived. What it cost stays reserved where nobody knows."""
    paid = step in {Step.ENRICH, Step.COLLECT}
    books.check(world, spared=frozenset({poison}), unsettled=paid)
    (death,) = world.deaths(poison)
    assert (death["cause"], death["class"], death["step"]) == ("poison", "poison", step.value)
    assert world.leads()[poison].state is State.DEAD
    dead = [key for key, lead in world.leads().items() if lead.state is State.DEAD]
    assert dead == [poison]


@pytest.mark.parametrize(("effect", "step"), [(Ingest, Step.INGEST), (Enrich, Step.ENRICH)])
def test_a_lead_that_kills_its_worker_before_the_call_is_told_apart(
    world: World, monkeypatch: pytest.MonkeyPatch, effect: Any, step: Step
) -> None:
    poison = world.people(12)[_NUMBER]

    def kill(arguments: Any) -> None:
        if any(lead.id == poison for lead in arguments[1]):
            raise Killed

    before(monkeypatch, effect, "send", kill)
    crashes = settle_over_crashes(world)
    assert 3 <= crashes <= 4 + 3  # 12 is halved to 6, 3, 1, and then three times alone
    check_isolated(world, poison, step)


#: One CRM after the other; what fails within a call is an outcome, and no crash of its batch.
_CRASHES = {"split": range(3, 2 * (4 + 3) + 1), "send": range(1)}


@pytest.mark.parametrize("place", _CRASHES)
def test_a_lead_that_our_own_code_fails_over_does_not_bury_its_batch(
    world: World, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Before the call, and in it."""
    poison = world.people(12)[_NUMBER]

    def fail(arguments: Any) -> None:
        if any(lead.id == poison for lead in arguments[1]):
            raise RuntimeError("our own fault")

    before(monkeypatch, Sync, place, fail)
    assert settle_over_crashes(world) in _CRASHES[place]
    books.check(world, spared=frozenset({poison}))
    assert {death["cause"] for death in world.deaths(poison)} == {"poison"}


def test_a_result_that_our_own_code_fails_over_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = world.people(12)[_NUMBER]

    def fail(arguments: Any) -> None:
        if poison in arguments[3]:
            raise RuntimeError("our own fault")

    before(monkeypatch, Acceptance, "take", fail)
    assert settle_over_crashes(world) >= 3
    check_isolated(world, poison, Step.COLLECT)


def test_a_letter_that_our_own_code_fails_over_is_put_aside_and_the_others_are_read(
    install: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = install(CLAY_POLL_AFTER="3600")
    lead_ids = world.people(6)
    world.work()
    poison = lead_ids[2]

    def fail(arguments: Any) -> None:
        if poison in arguments[3]:
            raise RuntimeError("our own fault")

    before(monkeypatch, Acceptance, "take", fail)
    for row in world.rows():
        world.app.receive_webhook([world.webhook(row)])
    world.app.read_inbox()
    waiting = [key for key, lead in world.leads().items() if lead.state is State.ENRICHING]
    assert waiting == [poison]
