"""Takes a file of leads into the ledger: judged as a whole first, then row by row."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from alpha_swarm.cli.leads.files.rejects import Rejects, written
from alpha_swarm.cli.leads.files.rows import Row
from alpha_swarm.domain.doors.intake import FieldError, InvalidLead, read_lead
from alpha_swarm.domain.leads.lead import LeadInput
from alpha_swarm.domain.policy.policy import PrivacyPolicy
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import BadFileError
from alpha_swarm.pipeline.receive import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from alpha_swarm.cli.leads.files.source import LeadFile
    from alpha_swarm.ports.records import Taken

BATCH = 500
"""Rows a commit."""
SUPPRESSED = "this person has asked not to be taken in"


class Receive(Protocol):
    """What takes leads in."""

    def take(
        self,
        inputs: Sequence[LeadInput],
        *,
        priority: Priority,
        door: str,
        rejected: int = 0,
        forbidden: Mapping[str, int] = NONE,
    ) -> Sequence[Taken]:
        """One durable commit."""
        ...


class Pilot(Protocol):
    """What decides after the first rows whether the rest is taken in."""

    rows: int
    """How many those are."""

    def goes_on(self) -> bool:
        """Whether the rest shall follow."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the leads of a file are taken in."""

    priority: Priority
    source: str | None
    """Stands in for a blank ``source_name``."""
    now: datetime
    policy: PrivacyPolicy


@dataclass(slots=True)
class Tally:
    """What became of the rows."""

    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    suppressed: int = 0
    """Of the rejected those who are not to come back, at their own wish."""
    rejects_file: str | None = None

    def count(self, taken: Sequence[Taken], rejected: int) -> None:
        """Add a batch."""
        duplicates, suppressed = sum(one.duplicate for one in taken), sum(one.suppressed for one in taken)
        self.rows += len(taken) + rejected
        self.accepted += len(taken) - duplicates - suppressed
        self.duplicates += duplicates
        self.suppressed += suppressed
        self.rejected += rejected + suppressed


@dataclass(slots=True)
class _Batch:
    inputs: list[LeadInput] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    """Of those inputs."""
    rejected: int = 0
    forbidden: Counter[str] = field(default_factory=Counter)
    """Field → rejected rows that came with it, as the privacy policy names it."""


def count_rows(leads: LeadFile) -> int:
    """The first pass: how many rows there are.

    Raises:
        BadFileError: the file as a whole cannot be taken in.
    """
    rows = sum(1 for _ in leads.rows())
    if not rows:
        raise BadFileError(
            "the file has no rows under its header" if leads.kind.columns else "the file is empty"
        )
    return rows


def take_in(
    leads: LeadFile,
    receive: Receive,
    terms: Terms,
    advance: Callable[[int], None],
    pilot: Pilot | None = None,
) -> Tally:
    """The second pass: a commit for every 500 rows; ``advance`` hears of each by its number of rows.

    Call :func:`count_rows` before: it is what keeps half a bad file out of the ledger.
    """
    tally = Tally()
    bars = terms.policy.bars
    with written(leads.rejects, leads.kind.columns, bars) as rejects, closing(leads.rows()) as rows:

        def take(these: Iterator[Row]) -> None:
            while some := list(islice(these, BATCH)):
                batch = _judge(some, rejects, terms)
                taken = _take(receive, batch, terms)
                for row, one in zip(batch.rows, taken, strict=True):
                    if one.suppressed:
                        rejects.add_without_values(row, SUPPRESSED)
                tally.count(taken, batch.rejected)
                advance(len(some))

        if pilot is not None:
            take(islice(rows, pilot.rows))
        if pilot is None or pilot.goes_on():
            take(rows)
    tally.rejects_file = str(leads.rejects) if tally.rejected else None
    return tally


def _take(receive: Receive, batch: _Batch, terms: Terms) -> Sequence[Taken]:
    return receive.take(
        batch.inputs,
        priority=terms.priority,
        door="file",
        rejected=batch.rejected,
        forbidden=batch.forbidden,
    )


def _judge(rows: Sequence[Row], rejects: Rejects, terms: Terms) -> _Batch:
    batch = _Batch()
    for row in rows:
        try:
            batch.inputs.append(_read(row, terms))
            batch.rows.append(row)
        except InvalidLead as invalid:
            batch.rejected += 1
            batch.forbidden.update(invalid.forbidden)
            rejects.add(row, *_reasons(invalid))
    return batch


def _read(row: Row, terms: Terms) -> LeadInput:
    if row.trouble:
        raise InvalidLead((FieldError("", row.trouble),))
    fields = dict(row.fields)
    if terms.source and not str(fields.get("source_name") or "").strip():
        fields["source_name"] = terms.source
    return read_lead(fields, now=terms.now, policy=terms.policy)


def _reasons(invalid: InvalidLead) -> tuple[str, str]:
    """The fields at fault, and why."""
    names = ", ".join(dict.fromkeys(error.field for error in invalid.errors))
    return names, "; ".join(f"{error.field} {error.message}".strip() for error in invalid.errors)
