"""Webhooks: stored as they came, read afterwards, forgotten when read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, select, update

from alpha_swarm.domain.doors.who import CLAY
from alpha_swarm.ledger.hashing import fingerprint
from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.schema.tables import inbox
from alpha_swarm.ports.records import Letter

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ledger.suppression.suppressions import SqlSuppressions

WAITING = "waiting"
#: What was read has served; other letters keep their bodies for a while, for a person to look at.
_READ = "done"


class SqlInbox:
    """Implements ``ports.parts.Inbox``."""

    def __init__(self, session: Session, suppressions: SqlSuppressions) -> None:
        self._session = session
        self._suppressions = suppressions

    def put(self, source: str, bodies: Sequence[bytes]) -> None:
        """One row a distinct body."""
        self._put(source, {fingerprint(body): body for body in bodies})

    def put_keyed(self, source: str, bodies: Mapping[str, bytes]) -> None:
        """One row a key; of two senders neither knows the other's keys."""
        self._put(source, {fingerprint(source, key): body for key, body in bodies.items()})

    def _put(self, source: str, letters: Mapping[str, bytes]) -> None:
        """One that was put aside is read again when it comes again.

        What was wrong, such as a missing key or setting, may have been put right since. Of whoever is not to
        come back nothing is stored.
        """
        # A result that names somebody else's lead shows who that is, and is acted upon.
        kept_out = self._suppressions.named_in(letters, by_id_alone=source == CLAY)
        letters = {mark: body for mark, body in letters.items() if mark not in kept_out}
        shared = {"source": source, "received_at": self._session.now, "state": WAITING}
        # In one order, so that two doors with the same webhooks never wait for each other.
        close = self._session.personal.close_letter
        closed = {mark: close(letters[mark], mark) for mark in sorted(letters)}
        rows = [{**shared, "fingerprint": mark, "body": body} for mark, body in closed.items()]
        if rows:
            put_aside = (inbox.c.state != WAITING) & (inbox.c.state != _READ)
            self._session.run(
                self._session.insert(inbox).on_conflict_do_update(
                    index_elements=["fingerprint"], set_={"state": WAITING, "due_at": 0.0}, where=put_aside
                ),
                rows,
            )

    def take(self, limit: int, sources: Sequence[str]) -> Sequence[Letter]:
        """Letters that another reader has in hand are passed over."""
        letters: list[Letter] = []
        # One by one, as each source's letters lie in order.
        for source in sources:
            if len(letters) < limit:
                letters += self._letters(self._waiting(source).limit(limit - len(letters)))
        return letters

    def borrow(self, limit: int, source: str, seconds: float) -> Sequence[Letter]:
        """Whoever is asked about them may take long, and not answer: the older, the more seldom."""
        now = self._session.now
        due = self._waiting(source).where(inbox.c.due_at <= now)
        letters = self._letters(due.limit(limit))
        later = update(inbox).where(inbox.c.id == bindparam("letter"))
        rows = [{"letter": letter.id} for letter in letters]
        if rows:
            self._session.run(later.values(due_at=now + seconds + (now - inbox.c.received_at) / 2), rows)
        return letters

    def lock(self, ids: Collection[int]) -> set[int]:
        """In one order, so that two readers never wait for each other."""
        query = select(inbox.c.id).where(inbox.c.id.in_(ids), inbox.c.state == WAITING).order_by(inbox.c.id)
        return {row.id for row in self._session.rows(query.with_for_update())}

    def close(self, states: Mapping[int, str]) -> None:
        """Read letters lose their bodies, and so do those about somebody who is not to come back."""
        aside = [key for key, state in states.items() if state != _READ]
        states = {**states, **dict.fromkeys(self._of_suppressed(aside), _READ)}
        for state in sorted(set(states.values())):
            letters = [{"letter": key} for key, value in states.items() if value == state]
            gone = {"body": None} if state == _READ else {}
            self._session.run(
                update(inbox).where(inbox.c.id == bindparam("letter")).values(state=state, **gone), letters
            )

    def waiting(self) -> bool:
        """Whether any wait for a reader."""
        due = (inbox.c.state == WAITING) & (inbox.c.due_at <= self._session.now)
        return bool(self._session.rows(select(inbox.c.id).where(due).limit(1)))

    def _of_suppressed(self, ids: Collection[int]) -> set[int]:
        if not ids:
            return set()
        query = select(inbox.c.id, inbox.c.fingerprint, inbox.c.body)
        rows = self._session.rows(query.where(inbox.c.id.in_(ids), inbox.c.body.is_not(None)))
        bodies = {str(row.id): self._session.personal.letter(row) for row in rows}
        return set(map(int, self._suppressions.named_in(bodies)))

    @staticmethod
    def _waiting(source: str) -> Select[Any]:
        query = select(inbox.c.id, inbox.c.source, inbox.c.fingerprint, inbox.c.body, inbox.c.received_at)
        query = query.where(inbox.c.state == WAITING, inbox.c.source == source)
        return query.order_by(inbox.c.id).with_for_update(skip_locked=True)

    def _letters(self, query: Select[Any]) -> list[Letter]:
        letter = self._session.personal.letter
        return [
            Letter(id=row.id, source=row.source, body=letter(row), received_at=when(row.received_at))
            for row in self._session.rows(query)
        ]
