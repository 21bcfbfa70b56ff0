"""Dead letters and their replays as the pipeline sees them: what can be done within a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from alpha_swarm.domain.states import Step

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.domain.letters.dead_letters import Case, Letter, Resolution, Selection
    from alpha_swarm.domain.letters.replay_plan import ReplayPlan, Run
    from alpha_swarm.domain.letters.replay_ramp import Begun, Replay, ReplayState
    from alpha_swarm.ports.records import Death


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Open letters that are alike; moments are seconds since 1970."""

    step: Step
    cause: str
    kind: str
    letters: int
    given_up: int
    oldest_at: float
    next_replay_at: float | None


class DeadLetters(Protocol):
    """What was given up."""

    def add(self, deaths: Sequence[Death]) -> None:
        """Remember each."""
        ...

    def ripe(self, limit: int) -> Mapping[str, str]:
        """Letter id → lead id of transient ones whose time has come, the longest due first."""
        ...

    def cases(self, ids: Collection[str]) -> Sequence[Case]:
        """Those of these that are open, with how their leads stand now."""
        ...

    def chosen(self, selection: Selection, most: int) -> Sequence[Case]:
        """The oldest open ones of a selection."""
        ...

    def resolve(self, ids: Collection[str], resolution: Resolution) -> None:
        """Close them."""
        ...

    def overtake(
        self, lead_ids: Collection[str], steps: Collection[Step], causes: Collection[str] | None = None
    ) -> set[str]:
        """Resolve what is open for these leads at these steps for these causes; the leads it was open for.

        ``None`` is any cause.
        """
        ...

    def groups(self, selection: Selection) -> Sequence[Group]:
        """Of all open ones of a selection, the largest first."""
        ...

    def page(self, selection: Selection, after: str, most: int) -> Sequence[Letter]:
        """Open ones by id."""
        ...

    def find(self, letter_id: str) -> Letter | None:
        """One, open or not."""
        ...

    def now(self) -> float:
        """By which moments are compared."""
        ...


class Replays(Protocol):
    """Plans, and what became of them."""

    def keep(self, plan: ReplayPlan, leads: Mapping[str, str], seconds: float) -> str:
        """The id of a plan that can be applied for so long; ``leads``: letter id → lead id of the others."""
        ...

    def planned(self, plan_hash: str) -> Replay | None:
        """The newest replay that was planned with this hash, whatever became of it."""
        ...

    def letters(self, replay_id: str) -> Sequence[str]:
        """All letters that the plan was about."""
        ...

    def begin(self, replay_id: str) -> bool:
        """It is applied from now on; whether nobody was faster, and it was not too late."""
        ...

    def active(self) -> Sequence[str]:
        """Ids of those that are under way, the oldest first."""
        ...

    def unfinished(self) -> Sequence[str]:
        """Ids of those that were stopped while letters of theirs were on their way."""
        ...

    def hold(self, replay_id: str) -> Replay | None:
        """One that is under way, until the end of the transaction; ``None`` where somebody else has it."""
        ...

    def waiting(self, replay: Replay, most: int) -> Mapping[str, str]:
        """Letter id → lead id of those that are to begin in its present stage."""
        ...

    def started(self, replay_id: str, runs: Sequence[Run]) -> None:
        """These have begun; of those that are paid for anew the lead's next generation."""
        ...

    def begun(self, replay_id: str) -> Sequence[Begun]:
        """Those that have begun and are not known to have ended."""
        ...

    def mark(self, replay_id: str, fates: Mapping[str, str]) -> None:
        """Letter id → what became of it."""
        ...

    def stage_counts(self, replay: Replay) -> Mapping[str, int]:
        """Fate → letters of its present stage."""
        ...

    def move(self, replay_id: str, stage: int) -> None:
        """On to this stage."""
        ...

    def end(self, replay_id: str, state: ReplayState, why: str | None) -> bool:
        """It is over; whether it was under way."""
        ...

    def find(self, replay_id: str) -> Replay | None:
        """One of them."""
        ...

    def latest(self, most: int) -> Sequence[Replay]:
        """Those that were applied, from the newest on."""
        ...
