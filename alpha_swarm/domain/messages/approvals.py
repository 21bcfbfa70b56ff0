"""What somebody is asked to allow before it is done, and what the answer is good for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.crm.changes import same
from alpha_swarm.domain.messages.notices import Fact, Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Whoever has not answered within a day has not seen it, and what it showed is old.
VALID_SECONDS = 86_400.0


class ApprovalKind(StrEnum):
    """What is asked for."""

    SYNC = "sync"
    """What a sync would change by the rules."""
    PROTECTED = "protected"
    """The same, and fields that are otherwise left to people."""


class ApprovalState(StrEnum):
    """What became of the question."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    MOVED = "moved"
    """Approved, but what it showed is no longer what would be done: nothing was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Exactly what would be done."""

    kind: ApprovalKind
    scope: Mapping[str, Any]
    """What it is reckoned from, as JSON: ids and names alone."""
    hash: str
    """Of everything that would be written and what stands there."""
    title: str
    facts: Mapping[str, Fact]
    """What people are told of it: figures, nothing personal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A question and its answer; moments are seconds since 1970."""

    id: str
    kind: ApprovalKind
    scope: Mapping[str, Any]
    hash: str
    title: str
    facts: Mapping[str, Fact]
    state: ApprovalState
    asked_at: float
    expires_at: float
    answered_at: float | None = None
    answered_by: str | None = None
    """The id by which Slack knows the person, and nothing else of them."""
    reference: str | None = None
    """The message that was answered."""
    outcome: str | None = None
    """What came of it, once that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Somebody pressed a button."""

    approval_id: str
    approves: bool
    user: str
    reference: str
    """The message of the button."""

    @property
    def state(self) -> ApprovalState:
        """What becomes of the question by it."""
        return ApprovalState.APPROVED if self.approves else ApprovalState.DECLINED


@dataclass(frozen=True, slots=True)
class Grant:
    """What of a lead's record may be written although the rules protect it."""

    approval: str
    fields: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """Field → what stood there and what may take its place."""

    def allows(self, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> set[str]:
        """The fields in which both still are as they were shown."""
        return {
            name
            for name, (before, after) in self.fields.items()
            if same(name, before, theirs.get(name)) and same(name, after, ours.get(name))
        }


def plan_hash(rows: Iterable[Sequence[Any]]) -> str:
    """Of rows of plain values, in whatever order they come."""
    written = sorted(json.dumps(row, sort_keys=True, default=str) for row in rows)
    return hashlib.sha256("\n".join(written).encode()).hexdigest()


def key_of(approval_id: str) -> str:
    """Of the question's notice."""
    return f"approval:{approval_id}"


def question(approval_id: str, plan: Plan) -> Notice:
    """To be answered by a button."""
    return _notice(approval_id, "", plan.title, plan.facts, asks=approval_id)


def answered(approval: Approval) -> Notice:
    """The message without its buttons, and who pressed one."""
    facts = {**approval.facts, "answer": approval.state.value}
    return _notice(
        approval.id,
        ":answered",
        approval.title,
        facts,
        replaces=approval.reference,
        by=approval.answered_by,
    )


def refused(answer: Answer) -> Notice:
    """Somebody pressed a button who is not among those who may."""
    text = "Not among those who may answer"
    more = {"answers": answer.reference, "by": answer.user}
    return _notice(answer.approval_id, f":refused:{answer.user}", text, {}, **more)


def expired(approval: Approval, reference: str) -> Notice:
    """Nobody answered in time."""
    facts = {**approval.facts, "answer": "none in time: ask again"}
    return _notice(approval.id, ":expired", approval.title, facts, replaces=reference)


def settled(approval: Approval, text: str) -> Notice:
    """What came of a yes, in the thread of the question."""
    return _notice(approval.id, ":settled", text, {}, answers=approval.reference)


def _notice(approval_id: str, suffix: str, text: str, facts: Mapping[str, Fact], **more: Any) -> Notice:
    return Notice(key=key_of(approval_id) + suffix, kind=NoticeKind.APPROVAL, text=text, facts=facts, **more)
