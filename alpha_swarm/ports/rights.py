"""A person's rights as the pipeline sees them: within a transaction, at the other sides, and outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from alpha_swarm.domain.rights import Identifiers, Receipt, Right

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from alpha_swarm.domain.enrichment import RowResult
    from alpha_swarm.domain.who import Who
    from alpha_swarm.ports.enricher import Capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One step of a request, in the hands of whoever carries it out."""

    request_id: str
    system: str
    right: Right
    who: Identifiers
    attempts: int
    passes: int
    """How often it is still to be made, this time included."""
    awaits_hands: bool = False
    """Whether somebody still has one of the leads in hand."""
    sent: bool = False
    """Whether any of them was or may have been sent to the system, whatever is known of it there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """One line of the list of those who are not to come back."""

    hash: str
    """Of a lead its id, else a keyed hash."""
    kind: str
    why: str
    since: float


class Suppressions(Protocol):
    """Who is not to come back."""

    def met(self, names: Mapping[str, Collection[str]]) -> set[str]:
        """Key → names (``email:…``): the keys of those of whom any name is suppressed."""
        ...

    def records(self, system: str, record_ids: Collection[str]) -> set[str]:
        """Those of a system's records that are."""
        ...

    def lay(self, lines: Sequence[Suppressed]) -> int:
        """Add what is missing; how many there were."""
        ...

    def of(self, request_id: str) -> Sequence[Suppressed]:
        """What a request added."""
        ...

    def present(self, since: float | None = None) -> Mapping[Right, Sequence[str]]:
        """Leads that are there though they are suppressed (by what was added since then), by the right."""
        ...


class Rights(Protocol):
    """Requests, and how far they are."""

    def leads_of(self, who: Sequence[Who]) -> set[str]:
        """All leads of whoever is known by any of these."""
        ...

    def person(self, who: Who) -> set[str]:
        """All leads of one person.

        Raises:
            UserError: several people are known by it.
        """
        ...

    def begin(
        self,
        right: Right,
        lead_ids: Collection[str],
        *,
        why: str,
        who: Sequence[Who] = (),
        systems: Collection[str] | None = None,
    ) -> str:
        """The tombstone: from this commit on nothing moves for these; the request's id.

        ``systems``: where the person is to be forgotten; ``None``: wherever this installation leads.
        """
        ...

    def claim(self, most: int, seconds: float, request_id: str | None = None) -> Sequence[Errand]:
        """Steps that are due, of one request or of all, which nobody else gets for so many seconds."""
        ...

    def passed(self, errand: Errand, receipt: Receipt, wait: float) -> None:
        """It was made; after the last pass it is done."""
        ...

    def again(self, errand: Errand, wait: float, error: str | None = None) -> None:
        """It is tried again then; where there is an error, an attempt is used up."""
        ...

    def task(self, errand: Errand, error: str) -> None:
        """A person has to do it."""
        ...

    def finish(self, request_id: str, system: str, note: str) -> bool:
        """A person has done it; whether there was anything to be done."""
        ...

    def expired(self, most: int) -> Sequence[str]:
        """Leads whose retention is over and of whom anything is left."""
        ...

    def latest(self, most: int) -> list[dict[str, Any]]:
        """Requests, the latest first."""
        ...

    def show(self, request_id: str) -> dict[str, Any] | None:
        """One, with its steps."""
        ...


class Forgets(Protocol):
    """A system that keeps records of persons."""

    def forget(self, who: Identifiers, *, barred: bool = True) -> Receipt:
        """Remove whatever is known of them; ``barred``: whether they are also refused from now on.

        Raises the verdicts of ``errors``.
        """
        ...

    def silence(self, who: Identifiers) -> Receipt | None:
        """See to it that they are not written to; ``None`` where nobody is written to from there."""
        ...


class Rows(Protocol):
    """The enricher, as far as it forgets."""

    @property
    def capabilities(self) -> Capabilities:
        """Whether it can be asked which rows there are."""
        ...

    def look_up(self, lead_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """Lead id → the oldest row that carries it."""
        ...

    def forget(self, row_ids: Sequence[str]) -> Receipt:
        """Remove them; raises the verdicts of ``errors``."""
        ...


class OutsideList(Protocol):
    """The list of those who are not to come back, where a restored ledger cannot take it back."""

    def add(self, lines: Iterable[Suppressed]) -> None:
        """Durably."""
        ...

    def read(self) -> Sequence[Suppressed]:
        """All of it."""
        ...
