"""What people are told, and how it is worded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

#: As many of a kind are told one by one; of more there is one message, which lists so many.
MOST_APART = 5
MOST_LISTED = 20

Fact = str | int | float

#: Of the output, what may be told of a lead without naming the person.
USUAL_FIELDS = ("icp_tier", "icp_score", "company_name", "lead_id")


class Way(StrEnum):
    """How people are told."""

    SLACK = "slack"
    WEBHOOK = "webhook"
    """A pager, or whatever else takes a signed message."""
    EMAIL = "email"


class NoticeKind(StrEnum):
    """What a notice is about."""

    LEAD = "lead"
    SUMMARY = "summary"
    ALERT = "alert"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to be told once; without personal data of the lead, which is looked up when it is told."""

    key: str
    """What has this key already is not told again; at most 140 characters."""
    kind: NoticeKind
    text: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    again_after: float | None = None
    """Seconds after which the same may be told again; ``None``: never."""
    lead_id: str | None = None
    topic: str | None = None
    """Notices of one topic belong to one thread, where there are any."""
    channel: str | None = None
    """In place of the usual one."""
    owner: str | None = None
    """The e-mail of whom alone it is for."""
    answers: str | None = None
    """The reference of the message in whose thread it belongs."""
    replaces: str | None = None
    """The reference of the message whose place it takes."""
    asks: str | None = None
    """The approval that is asked for: it has a button for yes and one for no."""
    by: str | None = None
    """The user id of whom it tells."""
    level: str | None = None
    """How soon somebody has to see to it."""
    over: bool = False
    """Whether what it tells of has ended."""
    way: Way = Way.SLACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A notice in words."""

    title: str
    facts: Sequence[tuple[str, str]] = ()
    channel: str | None = None
    owner: str | None = None
    thread: str | None = None
    """The reference of the message that it answers."""
    replaces: str | None = None
    """The reference of the message whose place it takes."""
    asks: str | None = None
    """What its two buttons answer."""
    by: str | None = None
    """The user id of whom it tells."""
    key: str = ""
    """The same if it is told twice, and for nothing else."""
    level: str | None = None
    over: bool = False


def bundled(notices: Sequence[Notice]) -> list[list[Notice]]:
    """Of many leads people are told at once: what says the same to the same goes into one message."""
    alike: defaultdict[object, list[Notice]] = defaultdict(list)
    for notice in notices:
        same = (notice.text, notice.channel, notice.owner)
        alike[same if notice.kind is NoticeKind.LEAD else notice.key].append(notice)
    return [
        bundle
        for group in alike.values()
        for bundle in ([group] if len(group) > MOST_APART else [[one] for one in group])
    ]


def worded(
    bundle: Sequence[Notice],
    leads: Mapping[str, Mapping[str, Any]],
    fields: Sequence[str],
    thread: str | None = None,
) -> Message:
    """With these output fields of the leads; one that was erased meanwhile has none."""
    first, *others = bundle
    return Message(
        title=f"{first.text}: {len(bundle)}" if others else first.text,
        facts=_of_many(bundle, leads, fields) if others else _of_one(first, leads, fields),
        channel=first.channel,
        owner=first.owner,
        thread=first.answers or thread,
        replaces=first.replaces,
        asks=first.asks,
        by=first.by,
        key=first.key,
        level=first.level,
        over=first.over,
    )


def _of_one(
    notice: Notice, leads: Mapping[str, Mapping[str, Any]], fields: Sequence[str]
) -> list[tuple[str, str]]:
    told = [*notice.facts.items(), *_told(notice, leads, fields).items()]
    return [(name.removeprefix("icp_").replace("_", " "), _shown(value)) for name, value in told]


def _of_many(
    bundle: Sequence[Notice], leads: Mapping[str, Mapping[str, Any]], fields: Sequence[str]
) -> list[tuple[str, str]]:
    """A line for each of the first few."""
    told = (_told(notice, leads, fields) for notice in bundle[:MOST_LISTED])
    return [(str(place), ", ".join(map(_shown, one.values()))) for place, one in enumerate(told, 1) if one]


def _told(notice: Notice, leads: Mapping[str, Mapping[str, Any]], fields: Sequence[str]) -> dict[str, Any]:
    known = leads.get(notice.lead_id or "", {})
    return {name: known[name] for name in fields if known.get(name) not in (None, "", [])}


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
