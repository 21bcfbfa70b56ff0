"""Telling people: the outbox, and whoever carries what lies in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from alpha_swarm.domain.messages.notices import Notice, Way

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alpha_swarm.domain.messages.notices import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A notice that is to be told now."""

    notice: Notice
    attempts: int
    """With the one that is made now."""
    age: float
    """Seconds since it was put there."""


class Outbox(Protocol):
    """Notices in the ledger, in the commit of what they are about."""

    def add(self, notices: Iterable[Notice]) -> None:
        """Put them there, each key once; nothing where nobody is to be told."""
        ...

    def claim(self, most: int, seconds: float, way: Way = Way.SLACK) -> Sequence[Waiting]:
        """The oldest that are due and told on this way, which nobody else gets for so long."""
        ...

    def thread(self, topic: str) -> str | None:
        """The reference of the first message of a topic of these days."""
        ...

    def reference(self, key: str) -> str | None:
        """The reference of the message as which it was told; ``None`` where it was not, or there is none."""
        ...

    def sent(self, keys: Iterable[str], reference: str | None) -> None:
        """They were told, as this message."""
        ...

    def postpone(self, keys: Iterable[str], seconds: float) -> None:
        """Due again in so many seconds, after an attempt that failed; 0: there was none."""
        ...

    def give_up(self, keys: Iterable[str]) -> None:
        """They cannot be told."""
        ...

    def finished_batches(self, seconds: float) -> Mapping[str, Mapping[str, int]]:
        """Batches of so many seconds that are at rest and of which nobody was told: state → leads."""
        ...


class Notifier(Protocol):
    """Carries messages to people."""

    def check(self) -> str:
        """Ask for something harmless; the answer is one line for ``doctor``."""
        ...

    def send(self, message: Message) -> str | None:
        """Tell it; the answer is a reference for those that follow, where there are threads.

        What takes another message's place, or has buttons, comes to nothing where there are none.

        Twice is possible: who hears of an answer that was lost tries again.

        Raises:
            AlphaSwarmError: the verdict.
        """
        ...

    def close(self) -> None:
        """Give back connections."""
        ...
