"""Clay in memory: it charges on receipt, honours no key, and keeps its own log of effects."""

from __future__ import annotations

import json
from collections import Counter, deque
from dataclasses import replace
from enum import Enum, auto
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from alpha_swarm.domain.calls.effect import Done, Gone
from alpha_swarm.domain.leads.enrichment import RowResult
from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.errors import (
    GiveUpError,
    OutcomeUnknownError,
    RateLimitedError,
    RetryLaterError,
    UnavailableError,
)
from alpha_swarm.ports.enricher import Capabilities

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.ports.placing import Opening

T = TypeVar("T")
#: What a row of a person's is found by.
_NAMES = ("linkedin_url", "email", "email_work", "email_personal")
CREDITS = 2.0


class Killed(BaseException):
    """The worker dies here."""


class Trouble(Enum):
    """What becomes of one call."""

    NONE = auto()
    REPLY_LOST = auto()
    IN_VAIN = auto()
    EFFECT_LATER = auto()
    LIMITED = auto()
    UNREACHABLE = auto()
    KILLED_BEFORE = auto()
    KILLED_AFTER = auto()
    MEANWHILE_BEFORE = auto()
    MEANWHILE_AFTER = auto()


class _Lost:
    """Stands for the error of a call without an answer."""


_BEFORE: dict[Trouble, BaseException | type[_Lost]] = {
    Trouble.LIMITED: RateLimitedError("enough for now", 7.0),
    Trouble.UNREACHABLE: UnavailableError("no connection"),
    Trouble.KILLED_BEFORE: Killed(),
    Trouble.IN_VAIN: _Lost,
    Trouble.EFFECT_LATER: _Lost,
}
_AFTER: dict[Trouble, BaseException | type[_Lost]] = {
    Trouble.REPLY_LOST: _Lost,
    Trouble.KILLED_AFTER: Killed(),
}


class OtherSide:
    """What really happened, and what is going to happen to the next calls."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """As if nothing had been."""
        self.rows: dict[str, RowResult] = {}
        self._numbers = count()
        self.charges: Counter[str] = Counter()
        self.contacts: Counter[str] = Counter()
        self.deals: dict[str, Opening] = {}
        self.troubles: deque[Trouble] = deque()
        self.before: Callable[[], object] = lambda: None
        """What happens while a call is on its way there, within the seconds that this may take."""
        self.after: Callable[[], object] = lambda: None
        """What happens while the answer is on its way back, however long."""
        self.calm = False
        self.called: Callable[[str], str] = str
        """The id of a contact with this e-mail."""
        self.find: Callable[[RowResult], RowResult] = finished
        """What a row's run makes of it."""
        self._under_way: list[Callable[[], object]] = []

    def rows_of(self) -> Counter[str]:
        """Rows by lead id."""
        return Counter(row.lead_id or "" for row in self.rows.values())

    def time_passes(self) -> None:
        """What was under way arrives, what runs ends."""
        under_way, self._under_way = self._under_way, []
        for effect in under_way:
            effect()
        for row_id, row in self.rows.items():
            if row.status is EnrichmentStatus.IN_PROGRESS:
                self.rows[row_id] = self.find(row)

    def add_row(self, lead: Lead) -> str:
        """One more row, whoever it is for."""
        row_id = f"row_{next(self._numbers)}"
        values = {"linkedin_url": lead.input.linkedin_url}
        pending = EnrichmentStatus.PENDING
        self.rows[row_id] = RowResult(row_id=row_id, lead_id=lead.id, status=pending, values=values)
        return row_id

    def run(self, row_id: str) -> None:
        """A paid run."""
        self.charges[row_id] += 1
        running = EnrichmentStatus.IN_PROGRESS
        self.rows[row_id] = replace(self.rows[row_id], status=running, credits_used=0.0)
        if self.calm:
            self.time_passes()

    def call(self, effect: Callable[[], T], *, repeatable: bool) -> T:
        """Carry out a call with the trouble that is next."""
        trouble = self.troubles.popleft() if self.troubles else Trouble.NONE
        lost = RetryLaterError("no answer") if repeatable else OutcomeUnknownError("no answer")
        if trouble is Trouble.EFFECT_LATER:
            self._under_way.append(effect)
        self._meet(_BEFORE.get(trouble), lost)
        if trouble is Trouble.MEANWHILE_BEFORE:
            self._once("before")
        answer = effect()
        if trouble is Trouble.MEANWHILE_AFTER:
            self._once("after")
        self._meet(_AFTER.get(trouble), lost)
        return answer

    @staticmethod
    def _meet(error: BaseException | type[_Lost] | None, lost: Exception) -> None:
        if error is not None:
            raise lost if isinstance(error, type) else error

    def _once(self, moment: str) -> None:
        """What happens meanwhile meets no trouble of its own."""
        act: Callable[[], object] = getattr(self, moment)
        troubles, self.troubles = self.troubles, deque()
        act()
        self.troubles = troubles


def finished(row: RowResult) -> RowResult:
    """The row as its one run leaves it: by its number complete, partial, without a find, or failed."""
    number = int(row.row_id.rpartition("_")[2])
    status = list(EnrichmentStatus)[2 + number % 4]
    found: dict[str, Any] = {"email_work": f"{row.row_id}@works.example"} if number % 4 < 2 else {}
    sized = {"company_size": 250} if number % 4 == 0 else {}
    error = "every provider failed" if status is EnrichmentStatus.FAILED else None
    values = {**row.values, **found, **sized}
    return replace(row, status=status, values=values, credits_used=CREDITS, error=error)


class MemoryEnricher:
    """Implements ``ports.enricher.Enricher`` for one worker; once killed it does no more until revived."""

    capabilities = Capabilities(
        submit_batch=3, start_batch=3, fetch_batch=100, update_batch=10, looks_up=True
    )

    def __init__(self, other: OtherSide) -> None:
        self._other = other
        self.dead = False

    def check(self) -> str:
        """Fine."""
        return "fine"

    def prepare(self) -> None:
        """Nothing to do."""

    def submit(self, leads: Sequence[Lead], key: str) -> Mapping[str, Outcome]:
        """Rows, also a second time."""
        del key
        return self._call(
            lambda: {lead.id: Done(self._other.add_row(lead)) for lead in leads}, repeatable=False
        )

    def start(self, row_ids: Sequence[str], key: str) -> Mapping[str, Outcome]:
        """Runs, each paid for."""
        del key
        return self._call(lambda: {row_id: self._start(row_id) for row_id in row_ids}, repeatable=False)

    def fetch(self, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """As they stand."""
        rows = self._other.rows
        return self._call(lambda: {one: rows[one] for one in row_ids if one in rows}, repeatable=True)

    def fetch_one(self, row_id: str) -> RowResult | None:
        """As it stands."""
        return self._call(lambda: self._other.rows.get(row_id), repeatable=True)

    def look_up(self, lead_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """The oldest row of each."""
        found = {row.lead_id: row for row in reversed(self._other.rows.values())}
        return self._call(lambda: {one: found[one] for one in lead_ids if one in found}, repeatable=True)

    def parse(self, body: bytes) -> Sequence[RowResult]:
        """``{"row_id": …, "whole": …}``."""
        try:
            told = json.loads(body)
            row = self._other.rows.get(told["row_id"]) or _stranger(told["row_id"])
        except (ValueError, TypeError, KeyError):
            raise GiveUpError("no webhook") from None
        return [row if told["whole"] else replace(row, credits_used=None)]

    def write_back(self, updates: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Outcome]:
        """Twice is like once."""
        return self._call(lambda: {row_id: Done(row_id) for row_id in updates}, repeatable=True)

    def export(self, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """Many at a time."""
        return self.fetch(row_ids)

    def forget(self, who: Identifiers) -> Receipt:
        """Gone."""
        theirs = self._rows_of(who)
        for row in theirs:
            del self._other.rows[row.row_id]
        return Receipt(removed=len(theirs))

    def known(self, who: Identifiers) -> Sequence[Mapping[str, Any]]:
        """As they stand."""
        return [{**row.values, "id": row.row_id} for row in self._rows_of(who)]

    def names(self, who: Identifiers) -> Identifiers:
        """Nobody asks by a record."""
        raise AssertionError(who)

    def _rows_of(self, who: Identifiers) -> list[RowResult]:
        """By ids, by e-mails, by the profile."""
        names = {*who.emails, *who.linkedin}
        return [
            row
            for row in self._other.rows.values()
            if row.row_id in who.of("clay")
            or row.lead_id in who.lead_ids
            or not names.isdisjoint(str(row.values.get(column)) for column in _NAMES)
        ]

    def _start(self, row_id: str) -> Outcome:
        if row_id not in self._other.rows:
            return Gone("no such row")
        self._other.run(row_id)
        return Done(row_id)

    def _call(self, effect: Callable[[], T], *, repeatable: bool) -> T:
        if self.dead:
            raise Killed
        try:
            return self._other.call(effect, repeatable=repeatable)
        except Killed:
            self.dead = True
            raise


def _stranger(row_id: str) -> RowResult:
    return finished(
        RowResult(row_id=f"{row_id}_0", lead_id=None, status=EnrichmentStatus.IN_PROGRESS, values={})
    )
