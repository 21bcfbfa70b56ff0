"""What people are asked to allow, and what stands that they have to see to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.messages.alerts import Alert, Stood
    from alpha_swarm.domain.messages.approvals import Answer, Approval, ApprovalState, Plan


class Approvals(Protocol):
    """Questions and their answers."""

    def ask(self, approval_id: str, plan: Plan, seconds: float) -> None:
        """An answer is good for so many seconds."""
        ...

    def answer(self, answer: Answer) -> Approval | None:
        """The first answer holds; ``None`` where there is nothing to answer any more."""
        ...

    def find(self, approval_id: str) -> Approval | None:
        """One of them."""
        ...

    def latest(self, most: int) -> Sequence[Approval]:
        """From the newest on."""
        ...

    def due(self) -> bool:
        """Whether there is any that somebody has to act on."""
        ...

    def claim(self, seconds: float) -> Sequence[Approval]:
        """Those that somebody has to act on, which nobody else gets for so long."""
        ...

    def postpone(self, approval_id: str, seconds: float) -> None:
        """Nobody has to act on it before."""
        ...

    def settle(self, approval_id: str, state: ApprovalState, outcome: str) -> bool:
        """What became of it; whether nobody was faster."""
        ...

    def now(self) -> float:
        """By which moments are compared."""
        ...


class Alerts(Protocol):
    """What stands now, by the key of each alert."""

    def standing(self) -> Mapping[str, Stood]:
        """What people were told of, and was not told as over."""
        ...

    def raise_(self, alert: Alert) -> float | None:
        """It stands from now on; ``None`` where it does already."""
        ...

    def gone(self, keys: Sequence[str]) -> None:
        """They are not there any more, from now on."""
        ...

    def back(self, keys: Sequence[str]) -> None:
        """They were not over."""
        ...

    def end(self, key: str) -> bool:
        """It is over; whether nobody was faster."""
        ...

    def now(self) -> float:
        """By which moments are compared."""
        ...
