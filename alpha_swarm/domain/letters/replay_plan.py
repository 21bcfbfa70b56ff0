"""What a replay would do, decided from one snapshot: what runs, what is moot, what is left out and why."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from alpha_swarm.domain.letters.causes import Way, cause_named
from alpha_swarm.domain.letters.dead_letters import Kind, Letter
from alpha_swarm.domain.messages.approvals import plan_hash
from alpha_swarm.domain.states import State, Step, Target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from alpha_swarm.domain.letters.dead_letters import Case

#: A lead that died at one of these has no result, and goes the rest of the way when it is tried again.
WHOLE = frozenset({Step.INGEST, Step.ENRICH, Step.COLLECT})
_PAID = frozenset({Step.INGEST, Step.ENRICH})
_ENDED_WELL = frozenset({State.SYNCED, State.UNENRICHABLE})


class Moot(StrEnum):
    """Why there is nothing left to do."""

    ERASED = "erased"
    OBJECTED = "objected"
    EXPIRED = "expired"
    NEWER_GENERATION = "newer_generation"
    NOT_CONFIGURED = "target_not_configured"
    NOT_TOLD = "rows_are_not_told"
    DONE = "done_meanwhile"
    ON_ITS_WAY = "on_its_way"


class Left(StrEnum):
    """Why a letter stays as it is."""

    POISON = "poison"
    PRIVACY = "privacy"
    BUDGET = "budget"
    IN_REPLAY = "in_another_replay"
    BEHIND = "behind_another_letter_of_its_lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRules:
    """What of the installation decides."""

    targets: frozenset[Target]
    starts: bool
    """Whether a row that stands is started by a call of its own."""
    tells_rows: bool
    """Whether rows are told what became of their leads."""
    looks_up: bool
    """Whether Clay can be asked what became of a call."""


@dataclass(frozen=True, slots=True)
class Run:
    """A letter that is tried again."""

    letter: Letter
    way: Way
    paid: bool
    """Whether it leads to a charge."""

    @property
    def whole(self) -> bool:
        """Whether its lead goes the whole way."""
        return self.way is Way.ANEW or self.letter.step in WHOLE

    @property
    def generation(self) -> int:
        """The lead's once it has begun."""
        return self.letter.generation + (self.way is Way.ANEW)

    @property
    def group(self) -> tuple[str, str, str]:
        """What is alike fares alike."""
        return self.letter.step.value, self.letter.cause, self.way.value


Fate = Run | Moot | Left


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """Each letter in exactly one of the three."""

    runs: tuple[Run, ...]
    """In the order in which they begin: every beginning of it holds all groups in their proportions."""
    moot: Mapping[str, Moot]
    left: Mapping[str, Left]

    @property
    def hash(self) -> str:
        """Of exactly what would run."""
        return plan_hash(
            (one.letter.id, one.letter.lead_id, one.letter.generation, one.letter.step.value, one.way.value)
            for one in self.runs
        )

    @property
    def letters(self) -> int:
        """How many it is about."""
        return len(self.runs) + len(self.moot) + len(self.left)

    def counted(self) -> dict[str, dict[str, int]]:
        """How many are moot and left out, by the reason."""
        return {name: dict(Counter(found.values())) for name, found in self._others()}

    def _others(self) -> Iterator[tuple[str, Mapping[str, StrEnum]]]:
        yield "moot", self.moot
        yield "left", self.left


def judge(case: Case, rules: ReplayRules, *, own: bool = False) -> Fate:
    """What becomes of one letter, whatever becomes of the others; ``own``: the replay that has it asks."""
    letter = case.letter
    if (reason := _moot(case, rules)) is not None:
        return reason
    if letter.kind in (Kind.POISON, Kind.PRIVACY):
        return Left(letter.kind.value)
    if case.engaged and not own:
        return Left.IN_REPLAY
    way = cause_named(letter.cause).way
    return Run(letter, way, paid=way is Way.ANEW or letter.step in _PAID)


def plan(
    cases: Iterable[Case],
    rules: ReplayRules,
    *,
    started: Collection[str] = (),
    room: float = math.inf,
    own: Collection[str] = (),
) -> ReplayPlan:
    """The plan of these letters.

    Args:
        cases: all of one moment.
        rules: of the installation.
        started: leads whose paid call took effect after all: looking it up is enough.
        room: for so many charges the caps have room.
        own: letters of the replay that asks.
    """
    fates: dict[str, Fate] = {case.letter.id: judge(case, rules, own=case.letter.id in own) for case in cases}
    runs = sorted(_runs(fates), key=_age)
    fates |= dict.fromkeys(_behind(runs), Left.BEHIND)
    fates |= {
        one.letter.id: Run(one.letter, one.way, paid=False) for one in _runs(fates) if _is(one, started)
    }
    charged = [one for one in sorted(_runs(fates), key=_age) if one.paid]
    beyond = charged[int(max(room, 0)) :] if math.isfinite(room) else ()
    fates |= {one.letter.id: Left.BUDGET for one in beyond}
    return ReplayPlan(
        runs=spread(sorted(_runs(fates), key=_age)),
        moot={key: fate for key, fate in fates.items() if isinstance(fate, Moot)},
        left={key: fate for key, fate in fates.items() if isinstance(fate, Left)},
    )


def spread(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The same, so that every beginning holds all groups in their proportions: a sample of the rest."""
    groups: defaultdict[tuple[str, str, str], list[Run]] = defaultdict(list)
    for one in runs:
        groups[one.group].append(one)
    placed = [
        ((place + 0.5) / len(group), name, one)
        for name, group in groups.items()
        for place, one in enumerate(group)
    ]
    return tuple(one for *_, one in sorted(placed, key=lambda item: item[:2]))


def _runs(fates: Mapping[str, Fate]) -> list[Run]:
    return [fate for fate in fates.values() if isinstance(fate, Run)]


def _age(run: Run) -> tuple[float, str]:
    return run.letter.died_at, run.letter.id


def _is(run: Run, started: Collection[str]) -> bool:
    return run.paid and run.way is Way.AGAIN and run.letter.lead_id in started


def _behind(runs: Sequence[Run]) -> Iterator[str]:
    """Of a lead that goes the whole way only that runs; what else it has shows afterwards."""
    latest = {one.letter.lead_id: one.letter.id for one in runs if one.whole}
    for one in runs:
        if latest.get(one.letter.lead_id, one.letter.id) != one.letter.id:
            yield one.letter.id


def _moot(case: Case, rules: ReplayRules) -> Moot | None:
    letter = case.letter
    if case.state in (None, State.ERASED):
        return Moot.ERASED
    if case.state is State.OBJECTED:
        return Moot.OBJECTED
    if case.expired:
        return Moot.EXPIRED
    if letter.generation != case.generation:
        return Moot.NEWER_GENERATION
    if letter.step.target is not None:
        return _of_crm(case, letter.step.target in rules.targets)
    return _of_row(case, rules) if letter.step is Step.WRITE_BACK else _of_way(case)


def _of_crm(case: Case, configured: bool) -> Moot | None:  # noqa: FBT001 - a fact
    if not configured:
        return Moot.NOT_CONFIGURED
    if case.sync == "done":
        return Moot.DONE
    return None if case.sync == "dead" else Moot.ON_ITS_WAY


def _of_row(case: Case, rules: ReplayRules) -> Moot | None:
    if not rules.tells_rows:
        return Moot.NOT_TOLD
    if case.written_back:
        return Moot.DONE
    return Moot.ON_ITS_WAY if case.owed else None


def _of_way(case: Case) -> Moot | None:
    """Whoever is given up before there is a result is dead, and nothing else is."""
    if case.state is State.DEAD:
        return None
    return Moot.DONE if case.state in _ENDED_WELL else Moot.ON_ITS_WAY
