"""The hint that a worker is following comes to another one as well, in the middle of the first one's call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from alpha_swarm.domain.states import Step
from alpha_swarm.proof import rounds
from alpha_swarm.proof.answers.scene import accept, people, scene
from alpha_swarm.proof.trial import Result, Trial, Violation

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence

    from alpha_swarm.app import App
    from alpha_swarm.proof.answers.scene import Scene
    from alpha_swarm.proof.ground import Ground

_LEADS = 20


class HintInTheMiddle(Trial):
    """Whoever comes second finds nothing to do, and every contact is written once."""

    name: ClassVar[str] = "a hint in the middle of another worker's call"
    guarantees: ClassVar[tuple[int, ...]] = (11,)
    seconds: ClassVar[float] = 3.0

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Two applications on one ledger; nothing else goes wrong."""
        with ground.ledger() as url, scene(url, chance) as one:
            first, second = one.app("first"), one.app("second")
            repetition = _Repetition(second)
            repetition.within(first)
            accepted = accept(first, people(chance, _LEADS))
            rounds.settle(first)
            return Result(repetition.landed, (*one.audit(first, accepted), *_written_twice(first, one)))


class _Repetition:
    """Delivers every hint that ``second`` is not meant to have."""

    def __init__(self, second: App) -> None:
        self._second = second
        self.landed = 0

    def within(self, first: App) -> None:
        """From now on, just before each of its calls."""
        self._wrap(first.enricher, "submit", Step.INGEST, lambda leads: [lead.id for lead in leads])
        for target, crm in first.crms.items():
            self._wrap(crm, "upsert", Step.sync(target), lambda contacts: [one.lead_id for one in contacts])

    def _wrap(self, place: Any, name: str, step: Step, ids: Callable[[Sequence[Any]], list[str]]) -> None:
        call = getattr(place, name)

        def repeated(items: Sequence[Any], *more: Any) -> Any:
            self._second.run(step, ids(items))
            self.landed += 1
            return call(items, *more)

        vars(place)[name] = repeated


def _written_twice(app: App, one: Scene) -> Iterator[Violation]:
    with app.ledger.read() as tx:
        contacts = sum("ghl" in lead.external_ids for lead in tx.leads.walk([]))
    calls = one.stage.ledger()["ghl"]["calls"]
    writes = calls.get("upsertContact", 0) + calls.get("createContact", 0)
    if writes != contacts:
        yield Violation("repeated", "ghl", f"{writes} writes of {contacts} contacts")
