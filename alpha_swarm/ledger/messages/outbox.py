"""What people are to be told: durable, each key once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, func, literal, select, update

from alpha_swarm.domain.messages.notices import Notice, NoticeKind, Way
from alpha_swarm.domain.states import RESTING, State
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.messages import notifications
from alpha_swarm.ledger.schema.tables import intakes, leads
from alpha_swarm.ports.notifier import Waiting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy.engine import Row

    from alpha_swarm.ledger.session import Session

WAITING, SENT, DEAD = "waiting", "sent", "dead"
#: Nobody sees what is said in a thread of long ago.
_THREAD_SECONDS = 86400.0
_DETAIL = ("text", "facts", "channel", "owner", "answers", "replaces", "asks", "by", "level", "over")
SUMMARY_KEY = "summary:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is to be told, and what was."""

    waiting: int
    """Notices that nobody was told of yet."""
    messages: int
    """Those that a bot has posted: several notices may share one."""


class SqlOutbox:
    """Implements ``ports.notifier.Outbox``."""

    def __init__(self, session: Session, ways: Collection[Way]) -> None:
        """``ways``: on which there is anybody who tells what is put here."""
        self._session = session
        self._ways = frozenset(ways)

    def add(self, notices: Iterable[Notice]) -> None:
        """One statement; what is there already stays as it is."""
        now = self._session.now
        rows = [
            {
                "key": _key(notice, now),
                "kind": notice.kind.value,
                "way": notice.way.value,
                "lead_id": notice.lead_id,
                "topic": notice.topic,
                "detail": {name: getattr(notice, name) for name in _DETAIL if getattr(notice, name)},
                "state": WAITING,
                "due_at": now,
                "attempts": 0,
                "created_at": now,
            }
            for notice in notices
            if notice.way in self._ways
        ]
        self._session.add(notifications, rows, keep=True)

    def claim(self, most: int, seconds: float, way: Way = Way.SLACK) -> Sequence[Waiting]:
        """By becoming due later; on PostgreSQL two who come at once pass over each other's rows."""
        now = self._session.now
        due = (notifications.c.state == WAITING, notifications.c.due_at <= now)
        query = select(notifications).where(*due, notifications.c.way == way.value)
        query = query.order_by(notifications.c.due_at, notifications.c.id).limit(most)
        rows = self._session.rows(query.with_for_update(skip_locked=True))
        taken = among(notifications.c.key, [row.key for row in rows])
        if rows:
            self._session.run(update(notifications).where(taken).values(due_at=now + seconds))
        return [_waiting(row, now) for row in rows]

    def thread(self, topic: str) -> str | None:
        """Of the first message that was told of it lately."""
        query = select(notifications.c.reference).where(
            notifications.c.topic == topic,
            notifications.c.reference.is_not(None),
            notifications.c.created_at > self._session.now - _THREAD_SECONDS,
        )
        found = self._session.rows(query.order_by(notifications.c.id).limit(1))
        return found[0].reference if found else None

    def reference(self, key: str) -> str | None:
        """Of the message as which it was told."""
        query = select(notifications.c.reference).where(notifications.c.key == key)
        found = self._session.rows(query)
        return found[0].reference if found else None

    def told(self, keys: Iterable[str]) -> set[str]:
        """Those of these keys of which people were told, on whatever way."""
        wanted = {f"{key}:{way}" if way is not Way.SLACK else key: key for key in keys for way in Way}
        known = among(notifications.c.key, wanted) & (notifications.c.state == SENT)
        return {wanted[row.key] for row in self._session.rows(select(notifications.c.key).where(known))}

    def sent(self, keys: Iterable[str], reference: str | None) -> None:
        """They were told."""
        self._set(keys, state=SENT, reference=reference)

    def postpone(self, keys: Iterable[str], seconds: float) -> None:
        """Later; at once is no failure."""
        tried = notifications.c.attempts + (1 if seconds else 0)
        self._set(keys, due_at=self._session.now + seconds, attempts=tried)

    def give_up(self, keys: Iterable[str]) -> None:
        """Never."""
        self._set(keys, state=DEAD)

    def finished_batches(self, seconds: float) -> Mapping[str, Mapping[str, int]]:
        """By one look through the leads, and only while there are batches to be told of."""
        if Way.SLACK not in self._ways:
            return {}
        counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
        batches = [row.batch for row in self._session.rows(self._untold(seconds))]
        if not batches:
            return {}
        query = select(leads.c.batch, leads.c.state, func.count().label("number"))
        query = query.where(among(leads.c.batch, batches)).group_by(leads.c.batch, leads.c.state)
        for row in self._session.rows(query):
            counts[row.batch][row.state] = row.number
        return {batch: found for batch, found in counts.items() if set(map(State, found)) <= RESTING}

    def standing(self) -> Standing:
        """How far telling has come."""
        waiting = select(func.count()).where(notifications.c.state == WAITING)
        told = select(func.count(notifications.c.reference.distinct()))
        return Standing(
            waiting=self._session.run(waiting).scalar_one(), messages=self._session.run(told).scalar_one()
        )

    def _untold(self, seconds: float) -> Any:
        told = cast(literal(SUMMARY_KEY), String).concat(intakes.c.batch)
        known = select(notifications.c.key).where(notifications.c.key == told).exists()
        since = self._session.now - seconds
        return (
            select(intakes.c.batch)
            .where(intakes.c.batch.is_not(None), intakes.c.at > since, ~known)
            .distinct()
        )

    def _set(self, keys: Iterable[str], **values: Any) -> None:
        self._session.run(update(notifications).where(among(notifications.c.key, keys)).values(values))


def _key(notice: Notice, now: float) -> str:
    """What may be told again has the number of its period in its key."""
    return notice.key if notice.again_after is None else f"{notice.key}:{now // notice.again_after:.0f}"


def _waiting(row: Row[Any], now: float) -> Waiting:
    detail = {name: row.detail[name] for name in _DETAIL if name in row.detail}
    return Waiting(
        notice=Notice(
            key=row.key,
            kind=NoticeKind(row.kind),
            lead_id=row.lead_id,
            topic=row.topic,
            way=Way(row.way),
            **detail,
        ),
        attempts=row.attempts + 1,
        age=now - row.created_at,
    )
