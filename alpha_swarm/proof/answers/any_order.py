"""Hints come up to ten times, in any order, to several workers at once, for leads that want none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ulid import ULID

from alpha_swarm.domain.states import Step
from alpha_swarm.proof.answers.children import children
from alpha_swarm.proof.answers.outcome import fingerprint, outcome
from alpha_swarm.proof.answers.scene import accept, people, scene
from alpha_swarm.proof.answers.settling import settle
from alpha_swarm.proof.trial import Result, Trial, Violation

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.proof.ground import Ground

_LEADS = 12
_WORKERS = 3
_MOST_HINTS, _MOST_TIMES = 5, 10
_STRANGERS = 5
_STEPS = (Step.INGEST, Step.ENRICH, Step.COLLECT, Step.SYNC_GHL, Step.SYNC_INSTANTLY, Step.WRITE_BACK)
#: Long enough for workers to meet at the same leads.
_LATENCY = "call_latency_ms=120"


class HintsInAnyOrder(Trial):
    """The same final state and the same effects as when each hint comes once."""

    name: ClassVar[str] = "hints repeated, in any order, by several workers"
    guarantees: ClassVar[tuple[int, ...]] = (11,)
    seconds: ClassVar[float] = 8.0

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Once in order, once in a mess, with the same people."""
        leads = people(chance, _LEADS)
        with ground.ledger() as url, ground.ledger() as other, scene(url, chance, _LATENCY) as one:
            app = one.app()
            accept(app, leads)
            settle(app, one.stage)
            expected = outcome(app, one)
            one.stage.reset()
            messy = one.app(DATABASE_URL=other)
            accepted = accept(messy, leads)
            tasks = [_hints(accepted, chance) for _ in range(_WORKERS)]
            environ = {**one.environ, "DATABASE_URL": other}
            with children("alpha_swarm.proof.answers.hints", tasks, environ) as workers:
                followed = [worker.answer() or 0 for worker in workers]
            settle(messy, one.stage)
            found = (*one.audit(messy, accepted), *_differences(expected, outcome(messy, one)))
            return Result(_needless(followed), found)


def _hints(accepted: Sequence[str], chance: random.Random) -> list[list[Any]]:
    """Every step for most leads up to ten times, in any order, in company of any size and of strangers.

    An id with a generation is how an older version may have written its hints.
    """
    strangers = [str(ULID()) for _ in range(_STRANGERS)]
    names = [*accepted, *strangers, *(f"{lead_id}:0" for lead_id in accepted[:_STRANGERS])]
    hints: list[list[Any]] = []
    for step in _STEPS:
        for _ in range(chance.randint(1, _MOST_HINTS)):
            some = chance.sample(names, chance.randint(len(names) // 2, len(names)))
            hints.append([step.value, some * chance.randint(1, _MOST_TIMES // _MOST_HINTS)])
    chance.shuffle(hints)
    return hints


def _needless(followed: Sequence[int]) -> int:
    """Hints beyond one for each step."""
    return max(0, sum(followed) - len(_STEPS)) if all(followed) else 0


def _differences(expected: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Violation]:
    if fingerprint(expected) == fingerprint(found):
        return
    for part in expected:
        if expected[part] != found[part]:
            yield Violation("different", part, f"{expected[part]} became {found[part]}"[:300])
