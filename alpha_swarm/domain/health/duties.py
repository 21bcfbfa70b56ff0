"""What is owed to persons and their rights, and which of it somebody has to see to: pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from alpha_swarm.domain.doors.deletion_lists import CYCLE_DAYS
from alpha_swarm.domain.messages.alerts import Alert, Level

#: The law gives a month (GDPR, article 12, 3): people are told at half of it, and loudly before its end.
LATE_DAYS, TOO_LATE_DAYS = 14.0, 25.0
#: Each of so many in an hour is no chance any more: somebody brings a list.
BURST = 50
#: A week before a list of DROP's has to be fetched again.
DROP_DUE_DAYS = CYCLE_DAYS - 7.0

TASK_REMEDY = (
    "alpha-swarm privacy list names the requests; do there what alpha-swarm privacy show says of the step,"
    " then alpha-swarm privacy done"
)
DROP_REMEDY = "fetch the lists in DROP's portal, then alpha-swarm privacy suppress FILE for each"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """How things stand; without further word everything is done."""

    tasks: Mapping[str, int] = field(default_factory=dict)
    """System → requests whose step there is a person's to do."""
    oldest_days: float = 0.0
    """How long ago the oldest request was made that is not carried out everywhere."""
    uninformed: int = 0
    """Persons who should have been informed by now; 0 where people are informed some other way."""
    returned: int = 0
    """Persons who asked not to be taken in and were brought again, in this hour and the one before."""
    drop_days: float | None = None
    """Since a list of DROP's was taken in; ``None`` where none has to be."""


def duty_alerts(duties: Duties) -> Iterator[Alert]:
    """Each by its key."""
    for system, number in sorted(duties.tasks.items()):
        yield _warning(
            f"rights:task:{system}",
            f"Requests of persons wait for somebody who sees to them in {system} by hand",
            TASK_REMEDY,
            {"requests": number},
        )
    yield from _late(duties.oldest_days)
    if duties.uninformed:
        yield _warning(
            "notices",
            "Persons were not informed in time that their data is held",
            "alpha-swarm privacy notices names them; inform them, then alpha-swarm privacy notices mark",
            {"persons": duties.uninformed},
        )
    if duties.returned >= BURST:
        yield _warning(
            "suppressed",
            "Persons who asked not to be taken in are brought again and again",
            "find the list or the CRM that holds them (see suppressed_refused in the log), and mend it there",
            {"turned away": duties.returned},
        )
    if duties.drop_days is not None:
        yield from _drop(duties.drop_days)


def _late(days: float) -> Iterator[Alert]:
    if days < LATE_DAYS:
        return
    remedy = "alpha-swarm privacy list shows which system is still to be reached, and why"
    yield Alert(
        key="rights:too-late" if days >= TOO_LATE_DAYS else "rights:late",
        level=Level.CRITICAL if days >= TOO_LATE_DAYS else Level.WARNING,
        text="A person's request is not carried out everywhere, and the law gives a month",
        remedy=remedy,
        facts={"days": int(days)},
    )


def _drop(days: float) -> Iterator[Alert]:
    """Never is too long ago, too."""
    if days < DROP_DUE_DAYS:
        return
    over = days >= CYCLE_DAYS
    yield Alert(
        key="drop:over" if over else "drop:due",
        level=Level.CRITICAL if over else Level.WARNING,
        text=f"Lists of California's DROP {'should have been' if over else 'are to be'} taken in again",
        remedy=DROP_REMEDY,
    )


def _warning(key: str, text: str, remedy: str, facts: Mapping[str, int]) -> Alert:
    return Alert(key=key, level=Level.WARNING, text=text, remedy=remedy, facts=facts)
