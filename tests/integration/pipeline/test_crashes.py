"""A worker that dies at the worst moment leaves nothing behind that is lost, or done or paid twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.states import Step
from alpha_swarm.pipeline.crm.sync import Sync
from alpha_swarm.pipeline.effects.settlement import Settlement
from alpha_swarm.pipeline.enrichment.enrich import Enrich
from alpha_swarm.pipeline.enrichment.ingest import Ingest
from alpha_swarm.pipeline.write_back import WriteBack
from alpha_swarm.proof.time_travel import until_next
from tests.integration.pipeline import books

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.integration.world import World

EFFECTS = {
    Step.INGEST: Ingest,
    Step.ENRICH: Enrich,
    Step.SYNC_GHL: Sync,
    Step.SYNC_INSTANTLY: Sync,
    Step.WRITE_BACK: WriteBack,
}


class Killed(BaseException):
    """The worker is gone: nothing of ours catches this."""


def crash(patch: pytest.MonkeyPatch, step: Step, moment: str) -> list[str]:
    """Have the first batch of a step end in a crash; the answer is filled when that happened."""
    happened: list[str] = []

    def due(one: Step) -> bool:
        if one is not step or happened:
            return False
        happened.append(moment)
        return True

    effect: Any = EFFECTS[step]
    send, write = effect.send, Settlement.write

    def sending(self: Any, *arguments: Any) -> Iterator[Any]:
        if moment == "planned" and due(self.step):
            raise Killed
        portions = list(send(self, *arguments))
        if moment == "sent" and due(self.step):
            raise Killed
        yield from portions

    def settling(self: Settlement, outcomes: Mapping[str, Any]) -> Mapping[str, Any]:
        written = write(self, outcomes)
        if moment == "settling" and due(self.effect.step):
            raise Killed
        return written

    patch.setattr(effect, "send", sending)
    patch.setattr(Settlement, "write", settling)
    return happened


def run_until_killed(world: World) -> None:
    """Work on; the crash is to come."""
    while True:
        if not world.step():
            world.let_time_pass(until_next(world.app.ledger.engine))


@pytest.mark.parametrize("moment", ["planned", "sent", "settling"])
@pytest.mark.parametrize("step", list(EFFECTS))
def test_the_next_worker_brings_it_to_the_same_end(
    world: World, monkeypatch: pytest.MonkeyPatch, step: Step, moment: str
) -> None:
    world.people(6)
    happened = crash(monkeypatch, step, moment)
    with pytest.raises(Killed):
        run_until_killed(world)
    assert happened == [moment]
    assert world.app.free("test") == 1
    world.settle()
    books.check(world)
    assert world.app.status()["leads"]["dead"] == 0


def test_without_anybody_who_knows_the_lease_runs_out(
    world: World, install: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.people(3)
    crash(monkeypatch, Step.ENRICH, "sent")
    with pytest.raises(Killed):
        run_until_killed(world)
    other = install(HOLDER="other")
    assert not other.step()
    other.let_time_pass(61.0)
    assert other.step()
    other.settle()
    books.check(other)


def test_a_worker_that_was_only_slow_writes_nothing_once_another_took_over(
    world: World, install: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first one's call is under way its lease runs out, and the other does the whole rest."""
    other = install(HOLDER="other")
    world.people(3)
    submit = world.app.enricher.submit

    def slow(*arguments: Any) -> Any:
        outcomes = submit(*arguments)
        other.let_time_pass(61.0)
        other.settle()
        return outcomes

    monkeypatch.setattr(world.app.enricher, "submit", slow)
    world.step()
    stories = {key: world.story(key) for key in world.leads()}
    assert all(story.count("submitted") == 1 for story in stories.values())
    books.check(world)
