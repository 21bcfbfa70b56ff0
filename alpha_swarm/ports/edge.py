"""The small ports: limits, hints, remembered facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from alpha_swarm.domain.states import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from alpha_swarm.domain.states import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A call that is about to be made."""

    target: str
    """Whom it goes to: ``clay`` or a CRM's name."""
    limit: str | None
    """The name of the rate limit it counts against."""
    records: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """How a call went."""

    status: int | None
    """``None`` where no answer came."""
    seconds: float
    headers: Mapping[str, str]
    asked: bool = True
    """Whether the other side had its chance to answer; where it had none, this says nothing of it."""


class Gate(Protocol):
    """Stands before every outside call, and hears how it went."""

    def enter(self, passage: Passage) -> None:
        """Let one call through, taking what it needs from the limits.

        Raises:
            RateLimitedError: nothing was taken; ``after`` says how many seconds until there is room.
            BreakerOpenError: too many calls to the target failed; ``seconds`` says when to ask again.
            NotReadyError: what all processes share cannot be asked.
        """
        ...

    def waits(self, passage: Passage) -> Iterator[float]:
        """The same for whoever waits by himself: seconds to wait, again and again until the call may go."""
        ...

    def leave(self, passage: Passage, exchange: Exchange) -> None:
        """The call that was let through, with the very same ``passage``, has ended. Never raises."""
        ...


class Permits(Protocol):
    """How many calls are under way at once, over all processes and hosts."""

    def some(self, party: str, priority: Priority, most: int, wanted: int) -> AbstractContextManager[int]:
        """Wait for one of ``most`` permits; hold it, and others that are free and wanted, in the block.

        Raises:
            NotReadyError: nobody can say how many are in use.
        """
        ...


class Hints(Protocol):
    """Tells workers where to look; a hint may be lost, repeated or late."""

    def send(self, batches: Mapping[Step, Sequence[str]]) -> None:
        """One job for each step, which names some of its leads. Never raises: the sweep makes up for it."""
        ...

    def inbox(self) -> None:
        """Something lies in the inbox."""
        ...


class Marks(Protocol):
    """Remembers outside of the ledger how far each ledger has come; may be lost."""

    def read(self, ledger: str) -> int:
        """The highest number that is remembered of this ledger, 0 for none. Never raises."""
        ...

    def write(self, ledger: str, beats: int) -> None:
        """Remember. Never raises."""
        ...


class Facts(Protocol):
    """What was found out once and holds for all processes: ids of tables, fields, webhooks."""

    def get(self, name: str) -> str | None:
        """The fact, or ``None``."""
        ...

    def look(self, name: str) -> str | None:
        """The same as it stands now: of one that changes, another process may know more."""
        ...

    def named(self, start: str) -> Sequence[str]:
        """The rest of the name of each fact whose name begins so, as it stands now."""
        ...

    def put(self, name: str, value: str) -> None:
        """Remember it."""
        ...

    def once(self, name: str, find_out: Callable[[], str]) -> str:
        """The fact; where it is unknown, one process finds it out while the others wait.

        Raises:
            NotReadyError: another process is finding it out and has not come to an end.
        """
        ...

    def renew(self, name: str, stale: str | None, find_out: Callable[[], str]) -> str:
        """The fact, once it is another than ``stale``: one process finds it out while the others wait.

        Raises:
            NotReadyError: as above.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much one queue can still take."""

    steps: tuple[Step, ...]
    leads: int


class Rooms(Hints, Protocol):
    """Hints that know how full their queues are."""

    def spread(self, batches: Mapping[Step, Sequence[str]]) -> None:
        """As many jobs as these leads make, so that all workers of a queue find one. Never raises."""
        ...

    def rooms(self) -> Sequence[Room]:
        """Each queue of leads.

        Raises:
            RetryLaterError: the queues cannot be reached.
        """
        ...
