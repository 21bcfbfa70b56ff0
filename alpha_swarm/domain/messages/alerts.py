"""What somebody has to see to, each with its remedy, and how people are told of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from alpha_swarm.domain.messages.notices import Fact, Notice, NoticeKind, Way

_HOUR_SECONDS = 3600.0
_DAY_SECONDS = 86_400.0


class Level(StrEnum):
    """How soon somebody has to see to it."""

    CRITICAL = "critical"
    """Something does not work."""
    WARNING = "warning"
    """It works, and soon it will not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that stands until it is mended."""

    key: str
    """The same for the same thing, at most 120 characters."""
    level: Level
    text: str
    remedy: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """An alert that people were told of; moments are seconds since 1970."""

    key: str
    level: Level
    text: str
    remedy: str
    since: float
    gone_at: float | None
    """Since when it is not there any more, ``None`` while it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """A party to whom nothing goes for a while, by its own word."""

    party: str
    kind: str
    """The verdict's name."""
    reason: str


def ways(level: Level, there: Collection[Way]) -> set[Way]:
    """What is critical is told to the pager and Slack, a warning to Slack; e-mail stands in for both."""
    wanted = {Way.SLACK, Way.WEBHOOK} if level is Level.CRITICAL else {Way.SLACK}
    return wanted.intersection(there) or {Way.EMAIL}.intersection(there)


def begun(alert: Alert, since: float, way: Way = Way.SLACK) -> Notice:
    """It stands from now on."""
    facts = {**alert.facts, "remedy": alert.remedy}
    return _told(topic(alert.key, since), alert.text, alert.level, facts, way)


def over(stood: Stood, way: Way = Way.SLACK) -> Notice:
    """It is mended, as those are told who were told of it."""
    told = _told(topic(stood.key, stood.since), f"Over: {stood.text}", stood.level, {}, way)
    return replace(told, key=f"{told.key}:over", over=True)


def reruns(leads: int, remedy: str) -> Notice:
    """Rows were paid for that nobody asked for."""
    facts: dict[str, Fact] = {"leads": leads, "remedy": remedy}
    return _event("reruns", "Clay ran rows again by itself", facts, _DAY_SECONDS)


def restored(calls: int) -> Notice:
    """The ledger is a copy from before."""
    text = "The ledger was put back from a copy; what it owes is looked up first"
    return _event("restored", text, {"calls in doubt": calls}, _HOUR_SECONDS)


def replay_failed(replay_id: str, why: str) -> Notice:
    """Too many dead letters died again when they were tried once more."""
    facts: dict[str, Fact] = {
        "reason": why,
        "remedy": "alpha-swarm dlq list says what they died of; mend that, then dlq plan",
    }
    key = f"replay:{replay_id}"
    text = "A replay of dead letters did not come through"
    return Notice(key=key, kind=NoticeKind.ALERT, text=text, facts=facts, topic=key)


def topic(key: str, since: float) -> str:
    """The key under which people are told of it."""
    return f"alert:{key}:{since:.0f}"


def _told(name: str, text: str, level: Level, facts: Mapping[str, Fact], way: Way) -> Notice:
    """Each way has its own key: what fails on one is tried again there alone. Slack has threads."""
    slack = way is Way.SLACK
    return Notice(
        key=name if slack else f"{name}:{way}",
        kind=NoticeKind.ALERT,
        text=text,
        facts=facts,
        topic=name if slack else None,
        level=level.value,
        way=way,
    )


def _event(key: str, text: str, facts: Mapping[str, Fact], again: float) -> Notice:
    """What has happened and is never over."""
    return Notice(key=key, kind=NoticeKind.ALERT, text=text, facts=facts, again_after=again, topic=key)
