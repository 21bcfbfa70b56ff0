"""The same people come through several processes' doors at the same moment, each time written differently."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar

from alpha_swarm.proof.answers.children import children
from alpha_swarm.proof.answers.scene import person, scene
from alpha_swarm.proof.answers.settling import settle
from alpha_swarm.proof.answers.spellings import spelled
from alpha_swarm.proof.trial import Result, Trial, Violation

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.proof.ground import Ground

_PEOPLE = 40
_DOORS = 4
_CHUNK = 10


@dataclass(slots=True)
class _Told:
    """What the doors said about one person, and when they were at it."""

    ids: set[str] = field(default_factory=set)
    news: int = 0
    times: list[tuple[float, float]] = field(default_factory=list)

    @property
    def at_once(self) -> bool:
        """Whether two doors were at it at the same moment."""
        return any(a[0] < b[1] and b[0] < a[1] for a, b in combinations(self.times, 2))


class TheSamePersonAtOnce(Trial):
    """One lead, one row and one charge for each person."""

    name: ClassVar[str] = "the same person through several doors at once"
    guarantees: ClassVar[tuple[int, ...]] = (6,)
    seconds: ClassVar[float] = 5.0

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Every door gets everybody, in its own spelling."""
        with ground.ledger() as url, scene(url, chance) as one:
            app = one.app()
            persons = _persons(chance)
            tasks = [_task(persons, chance) for _ in range(_DOORS)]
            with children("alpha_swarm.proof.answers.door", tasks, one.environ) as doors:
                heard = [door.answer() or [] for door in doors]
            told = _by_person(persons, tasks, heard)
            settle(app, one.stage)
            accepted = {lead_id for person_told in told.values() for lead_id in person_told.ids}
            landed = sum(person_told.at_once for person_told in told.values())
            return Result(landed, (*one.audit(app, accepted), *_violations(told)))


def _persons(chance: random.Random) -> list[dict[str, Any]]:
    """Most are known by their profile, some by their e-mail alone."""
    tag = f"p{chance.randrange(16**8):08x}"
    return [
        _by_email(f"{tag}{index}") if index % 4 == 0 else person(f"{tag}-{index}") for index in range(_PEOPLE)
    ]


def _by_email(name: str) -> dict[str, Any]:
    known = {key: value for key, value in person(name).items() if key != "linkedin_url"}
    return {**known, "email": f"{name}@works.example"}


def _task(persons: Sequence[dict[str, Any]], chance: random.Random) -> list[list[dict[str, Any]]]:
    """Chunks in nearly the same order at each door, so that they meet; ``key`` tells who it is."""
    chunks = [list(persons[start : start + _CHUNK]) for start in range(0, len(persons), _CHUNK)]
    for chunk in chunks:
        chance.shuffle(chunk)
    return [[{**spelled(one, chance), "key": one["first_name"]} for one in chunk] for chunk in chunks]


def _by_person(
    persons: Sequence[Mapping[str, Any]], tasks: Sequence[Any], heard: Sequence[Any]
) -> dict[str, _Told]:
    told: defaultdict[str, _Told] = defaultdict(_Told, {one["first_name"]: _Told() for one in persons})
    for task, chunks in zip(tasks, heard, strict=True):
        for sent, chunk in zip(task, chunks, strict=False):  # a door that died told less
            for lead, (lead_id, duplicate) in zip(sent, chunk["answers"], strict=True):
                one = told[lead["key"]]
                one.ids.add(lead_id)
                one.news += not duplicate
                one.times.append((chunk["since"], chunk["until"]))
    return told


def _violations(told: Mapping[str, _Told]) -> Iterator[Violation]:
    for key, one in told.items():
        if len(one.ids) != 1:
            yield Violation("duplicated", key, f"{len(one.ids)} leads")
        elif one.news != 1:
            yield Violation("duplicated", key, f"told {one.news} times to be new")
