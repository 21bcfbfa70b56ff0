"""Healthy, degraded or unhealthy, by what gets on and what does not; each reason with its remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from alpha_swarm.domain.health.flow import Progress

#: What has been due for so long, while nothing of its kind was done, is done by nobody.
NO_PROGRESS_SECONDS = 45.0
MANY_DEAD_LETTERS = 100
#: A dead letter that nobody has looked at for a week is forgotten.
OLD_DEAD_LETTER_SECONDS = 7 * 86_400.0
#: Callbacks get lost one by one; more than that are lost together.
MANY_MISSED = 20
LITTLE_SPACE, NO_SPACE = 1024**3, 100 * 1024**2
_MEGABYTE = 1024**2


class HealthLevel(StrEnum):
    """What a reason makes of the whole."""

    UNHEALTHY = "unhealthy"
    DEGRADED = "degraded"
    NOTE = "note"
    """No illness, but it has to be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that is not as it should be."""

    key: str
    level: HealthLevel
    text: str
    remedy: str

    @property
    def line(self) -> str:
        """Both in one."""
        return f"{self.text}; {self.remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The worst of the reasons, and all of them, the worst first."""

    level: str
    reasons: Sequence[Reason]

    def shown(self) -> dict[str, Any]:
        """As doors print it."""
        return {"health": self.level, "reasons": [asdict(reason) for reason in self.reasons]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What is looked at; without further word everything is well."""

    balanced: bool = True
    writable: bool = True
    """Whether the ledger takes a write."""
    redis: bool = True
    space: int | None = None
    """Bytes that are free where the embedded data lie; ``None``: nobody knows."""
    away: Mapping[str, str] = field(default_factory=dict)
    """Whom we leave alone → why."""
    progress: Mapping[str, Progress] = field(default_factory=dict)
    """Workflow → how it gets on; without those whose other side is left alone."""
    missed: int = 0
    """Results of which a deadline passed lately."""
    dead_letters: int = 0
    oldest_dead_letter_seconds: float = 0.0
    lanes: Sequence[str] = ()
    """What is said of them."""
    unfollowed: Mapping[str, str] = field(default_factory=dict)
    """CRM of which changes cannot be read → why."""
    held: int = 0
    caps: Sequence[str] = ()
    """Kind and meter of each cap that is reached, such as ``day credits``."""


def health(signs: Signs) -> Health:
    """The verdict."""
    found = [*_broken(signs), *_weak(signs), *_worth_saying(signs)]
    levels = {reason.level for reason in found}
    worst = next((level for level in (HealthLevel.UNHEALTHY, HealthLevel.DEGRADED) if level in levels), None)
    order = list(HealthLevel)
    return Health(
        level=worst.value if worst else "healthy",
        reasons=sorted(found, key=lambda reason: order.index(reason.level)),
    )


def stands_still(progress: Progress) -> bool:
    """Whether something is due, and nobody does anything of the kind."""
    idle = progress.idle_seconds
    return progress.oldest_seconds > NO_PROGRESS_SECONDS and (idle is None or idle > NO_PROGRESS_SECONDS)


def _broken(signs: Signs) -> Iterator[Reason]:
    if not signs.balanced:
        yield _unhealthy(
            "books",
            "the books do not balance",
            "keep the ledger as it is and look at trace of the newest leads",
        )
    if not signs.writable:
        yield _unhealthy("ledger", "the ledger takes no write", "check DATABASE_URL, its rights and the disk")
    if signs.space is not None and signs.space < NO_SPACE:
        yield _space(signs.space, HealthLevel.UNHEALTHY)
    if "clay" in signs.away:
        yield _away("clay", signs.away["clay"], HealthLevel.UNHEALTHY)
    for workflow, progress in signs.progress.items():
        if stands_still(progress):
            yield _unhealthy(
                f"progress:{workflow}",
                f"work is due and nobody does it: {workflow} stands still,"
                f" with leads due for {progress.oldest_seconds:.0f} s",
                "see that alpha-swarm up runs; where parts run apart, restart the worker of that queue",
            )


def _weak(signs: Signs) -> Iterator[Reason]:
    if signs.space is not None and NO_SPACE <= signs.space < LITTLE_SPACE:
        yield _space(signs.space, HealthLevel.DEGRADED)
    for party, why in signs.away.items():
        if party != "clay":
            yield _away(party, why, HealthLevel.DEGRADED)
    if not signs.redis:
        yield _degraded(
            "redis",
            "Redis cannot be reached: nothing is lost, but nothing moves",
            "start alpha-swarm up, or the server of REDIS_URL",
        )
    yield from _left_behind(signs)
    for note in signs.lanes:
        yield _degraded(f"lanes:{note.partition(':')[0]}", note, "alpha-swarm lanes list shows them all")
    for crm, trouble in signs.unfollowed.items():
        yield _degraded(
            f"following:{crm}", f"changes of contacts in {crm} are not followed: {trouble}", "see doctor"
        )


def _left_behind(signs: Signs) -> Iterator[Reason]:
    if signs.dead_letters > MANY_DEAD_LETTERS:
        yield _degraded("dead-letters", f"{signs.dead_letters} dead letters", "alpha-swarm dlq list says why")
    if signs.missed > MANY_MISSED:
        yield _degraded(
            "deadlines",
            f"{signs.missed} results did not come by their deadline in this hour and the one before",
            "see that BASE_URL reaches this installation, and that Clay's table runs",
        )


def _worth_saying(signs: Signs) -> Iterator[Reason]:
    if signs.dead_letters and signs.oldest_dead_letter_seconds > OLD_DEAD_LETTER_SECONDS:
        days = signs.oldest_dead_letter_seconds / 86_400
        yield _note(
            "old-dead-letters",
            f"of {signs.dead_letters} dead letters the oldest is {days:.0f} days old",
            "alpha-swarm dlq list says why",
        )
    for kind, meter in map(str.split, signs.caps if signs.held else ()):
        yield _note(
            f"cap:{kind}:{meter}",
            f"{signs.held} leads are held: the cap on {meter} of the {kind} is reached",
            "see alpha-swarm budget",
        )


def _away(party: str, why: str, level: HealthLevel) -> Reason:
    name = "Clay" if party == "clay" else party
    return Reason(
        key=f"away:{party}",
        level=level,
        text=f"{name} is left alone for a while: {why}",
        remedy=f"when that is mended, alpha-swarm targets resume {party} goes on at once",
    )


def _space(free: int, level: HealthLevel) -> Reason:
    text = f"{free // _MEGABYTE:,} MB are left on the disk of ALPHA_SWARM_HOME"
    return Reason(key="disk", level=level, text=text, remedy="make room, or move it to another disk")


def _unhealthy(key: str, text: str, remedy: str) -> Reason:
    return Reason(key=key, level=HealthLevel.UNHEALTHY, text=text, remedy=remedy)


def _degraded(key: str, text: str, remedy: str) -> Reason:
    return Reason(key=key, level=HealthLevel.DEGRADED, text=text, remedy=remedy)


def _note(key: str, text: str, remedy: str) -> Reason:
    return Reason(key=key, level=HealthLevel.NOTE, text=text, remedy=remedy)
