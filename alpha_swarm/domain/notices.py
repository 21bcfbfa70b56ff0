"""What people are told, and how it is worded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.output import output_fields

if TYPE_CHECKING:
    from alpha_swarm.domain.lead import Lead

Fact = str | int | float

#: Of the output, what may be told of a lead without naming the person.
USUAL_FIELDS = ("icp_tier", "icp_score", "company_name", "lead_id")


class NoticeKind(StrEnum):
    """What a notice is about."""

    LEAD = "lead"
    SUMMARY = "summary"
    ALERT = "alert"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A notice in words."""

    title: str
    facts: Sequence[tuple[str, str]] = ()
    channel: str | None = None
    owner: str | None = None
    thread: str | None = None
    """The reference of the message that it answers."""


def worded(notice: Notice, lead: Lead | None, fields: Sequence[str], thread: str | None = None) -> Message:
    """With these output fields of the lead; one that was erased meanwhile has none."""
    known = output_fields(lead) if lead is not None else {}
    told = [(name, known[name]) for name in fields if known.get(name) not in (None, "", [])]
    return Message(
        title=notice.text,
        facts=[(_label(name), _shown(value)) for name, value in (*notice.facts.items(), *told)],
        channel=notice.channel,
        owner=notice.owner,
        thread=thread,
    )


def _label(name: str) -> str:
    return name.removeprefix("icp_").replace("_", " ")


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
