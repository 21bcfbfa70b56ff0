"""A person's rights as the pipeline sees them: within a transaction, at the other sides, and outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from alpha_swarm.domain.privacy.rights import NAMES, Identifiers, Receipt, Right

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from alpha_swarm.domain.doors.who import Who
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
    until: float
    """Nobody else gets it before; by this it is known to be still ours."""
    awaits_hands: bool = False
    """Whether somebody still has one of the leads in hand."""
    made: bool = False
    """Whether it was made before."""
    sent: bool = False
    """Whether any of them was or may have been sent to the system, whatever is known of it there."""


#: Why a line stands on the list that takes those before it back.
ALLOWED = "allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """One line of the list of those who are not to come back; of several about one hash the latest holds."""

    hash: str
    """Of a lead its id, else a keyed hash."""
    kind: str
    why: str
    """The right, or ``ALLOWED``."""
    since: float
    request_id: str | None = None
    """The request by which it came about; ``None`` outside the ledger."""


class Suppressions(Protocol):
    """Who is not to come back."""

    @property
    def now(self) -> float:
        """By the ledger's clock, in seconds since 1970."""
        ...

    def met(
        self, names: Mapping[str, Collection[str]], since: float | None = None
    ) -> Mapping[str, Collection[str]]:
        """Key → names (``email:…``): of those of whom any is suppressed, be it since then, which they are."""
        ...

    def records(self, system: str, record_ids: Collection[str]) -> set[str]:
        """Those of a system's records whose persons are not to come back."""
        ...

    def retired(self, system: str, record_ids: Collection[str]) -> set[str]:
        """Those whose persons were kept no longer: an edit there is no reason to collect them anew."""
        ...

    def unlisted(self, who: Sequence[Who], *, objected: bool = False) -> Sequence[Suppressed]:
        """The lines of those who are not there; with ``objected`` of those as well who merely objected."""
        ...

    def has_digests(self) -> bool:
        """Whether anybody is on it of whom only a hash is known."""
        ...

    def of(self, request_id: str) -> Sequence[Suppressed]:
        """What a request added."""
        ...

    def settled(self, since: float, after: str, most: int) -> Sequence[Suppressed]:
        """The next lines behind this place, by moment and of equals by hash; none comes before them."""
        ...

    def present(self, since: float | None = None) -> Mapping[Right, Sequence[str]]:
        """Leads that are there though they are suppressed (by what was added since then), by the right.

        By a phone alone only who is known by nothing else. Whoever objected is there as such, unless an
        erasure followed.
        """
        ...


class Allowances(Protocol):
    """Who was taken off the list again, and what lists outside say that is newer."""

    def entries(self, who: Sequence[Who], alone: Collection[str]) -> Sequence[Suppressed]:
        """What stands of them there, leads left out.

        ``alone``: why requests are made that are about one person, whose other names go with the one given.
        """
        ...

    def allow(self, entries: Sequence[Suppressed]) -> Sequence[Suppressed]:
        """Take these off; the lines that say so."""
        ...

    def allowed(self) -> Sequence[Suppressed]:
        """What was taken off."""
        ...

    def unlaid(self, lines: Sequence[Suppressed]) -> Sequence[Suppressed]:
        """Those that say something new, of each hash the latest."""
        ...

    def lay(self, lines: Sequence[Suppressed]) -> None:
        """Take them in: they keep their moments."""
        ...


class Duties(Protocol):
    """What people are told of when it is not done."""

    def returned(self, number: int) -> None:
        """So many were turned away who asked not to be taken in."""
        ...


class Rights(Protocol):
    """Requests, and how far they are."""

    def leads_of(self, who: Sequence[Who]) -> set[str]:
        """All leads of whoever is known by any of these."""
        ...

    def having(self, names: Collection[str]) -> Mapping[str, Collection[str]]:
        """Name (``phone:…``) → the leads that are known by it, whoever they are."""
        ...

    def are_one(self, lead_ids: Collection[str]) -> bool:
        """Whether they are one person, by more than a number that they share."""
        ...

    def person(self, who: Sequence[Who]) -> set[str]:
        """All leads of one person, who is known by each of these.

        Raises:
            UserError: several people are known by them.
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
        suppresses: Collection[str] = NAMES,
    ) -> str:
        """The tombstone: from this commit on nothing moves for these; the request's id.

        A rectification is begun for those who objected, who have it already.

        ``systems``: where the person is to be forgotten; ``None``: wherever this installation leads.
        ``suppresses``: the kinds of their names that go on the list; none where all are there already.
        """
        ...

    def claim(self, most: int, seconds: float, request_id: str | None = None) -> Sequence[Errand]:
        """Steps that are due, of one request or of all, which nobody else gets for so many seconds."""
        ...

    def hold(self, errand: Errand, seconds: float) -> float | None:
        """Keep it for so long from now; until when, or ``None`` where another one has it by now."""
        ...

    def passed(self, errand: Errand, receipt: Receipt, wait: float) -> bool:
        """It was made; after the last pass it is done. Whether it was still ours, else nothing is written."""
        ...

    def again(self, errand: Errand, wait: float, error: str | None = None) -> bool:
        """It is tried again then; where there is an error, an attempt is used up. Likewise."""
        ...

    def task(self, errand: Errand, error: str) -> bool:
        """A person has to do it. Likewise."""
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

    def silence(self, who: Identifiers) -> Receipt:
        """See to it that they are not written to; raises likewise."""
        ...


class Rows(Protocol):
    """The enricher, as far as it forgets."""

    @property
    def capabilities(self) -> Capabilities:
        """Whether it can be asked which rows there are."""
        ...

    def forget(self, who: Identifiers) -> Receipt:
        """Remove their rows; raises the verdicts of ``errors``."""
        ...


class LedgerFiles(Protocol):
    """Where the ledger keeps what it holds, and what it no longer holds."""

    def clear(self, removed_by: float) -> bool:
        """Take what was removed by a moment (monotonic seconds) out of the files; whether it is out."""
        ...

    def drop_keys(self, lead_ids: Collection[str]) -> bool:
        """What is sealed with them opens no more, in whatever copy; whether nothing stayed in the files."""
        ...


class OutsideList(Protocol):
    """The list of those who are not to come back, where a restored ledger cannot take it back."""

    @property
    def name(self) -> str:
        """Which of all machines' lists it is."""
        ...

    @property
    def version(self) -> str:
        """Another one after each change."""
        ...

    @property
    def there(self) -> bool:
        """Whether anything was ever kept."""
        ...

    def add(self, lines: Iterable[Suppressed]) -> None:
        """Durably."""
        ...

    def read(self) -> Iterator[Suppressed]:
        """All of it, in its order."""
        ...
