"""What was found out once and holds for all processes."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING

from sqlalchemy import select

from alpha_swarm.errors import NotReadyError, OutcomeUnknownError, RetryLaterError
from alpha_swarm.ledger.schema.tables import facts

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from alpha_swarm.ledger.session import Session

#: How long one process may take to find a fact out before another may try; one that is known to be dead
#: holds none.
_HOLD_SECONDS = 60.0
_WAIT_SECONDS = 2.0


class SqlFacts:
    """Implements ``ports.edge.Facts``; what is known is remembered, so asking again costs nothing."""

    def __init__(
        self,
        begin: Callable[[], AbstractContextManager[Session]],
        read: Callable[[], AbstractContextManager[Session]],
        holder: str,
    ) -> None:
        """``read`` opens what waits for no writer."""
        self._begin = begin
        self._read = read
        self._holder = holder
        self._known: dict[str, str] = {}
        self._finding_out = RLock()

    def get(self, name: str) -> str | None:
        """From memory, else from the ledger."""
        return self._known[name] if name in self._known else self.look(name)

    def look(self, name: str) -> str | None:
        """From the ledger."""
        with self._read() as session:
            value = session.run(select(facts.c.value).where(facts.c.name == name)).scalar()
        if value is None:
            return None
        self._known[name] = str(value)
        return self._known[name]

    def named(self, start: str) -> list[str]:
        """In the order of the names."""
        known = (facts.c.name.startswith(start, autoescape=True), facts.c.value.is_not(None))
        with self._read() as session:
            rows = session.rows(select(facts.c.name).where(*known).order_by(facts.c.name))
        return [row.name.removeprefix(start) for row in rows]

    def put(self, name: str, value: str) -> None:
        """The last word holds."""
        with self._begin() as session:
            statement = session.insert(facts).values(name=name, value=value, held_until=None)
            session.run(
                statement.on_conflict_do_update(
                    index_elements=["name"], set_={"value": value, "held_until": None}
                )
            )
        self._known[name] = value

    def once(self, name: str, find_out: Callable[[], str]) -> str:
        """The first process to ask finds it out, and its own threads wait; the others come back later."""
        known = self.get(name)
        return self.renew(name, None, find_out) if known is None else known

    def renew(self, name: str, stale: str | None, find_out: Callable[[], str]) -> str:
        """The same, where what is known may be out of date."""
        with self._finding_out:
            return self._find_out(name, stale, find_out)

    def _find_out(self, name: str, stale: str | None, find_out: Callable[[], str]) -> str:
        known = self.get(name)
        if known is not None and known != stale:
            return known
        known = self._hold(name, stale)
        if known is not None:
            self._known[name] = known
            return known
        try:
            value = find_out()
        except (RetryLaterError, OutcomeUnknownError) as error:
            # What it was about may still be on its way, so the next one waits as long as this one has to.
            after = error.after if isinstance(error, RetryLaterError) else None
            after = _WAIT_SECONDS if after is None else after
            self._let_go(name, after)
            # It is no failure of the leads that happened to ask first: it uses up no attempt of theirs.
            raise NotReadyError(f"{name} could not be found out: {error}", after) from None
        except BaseException:
            self._let_go(name, 0.0)
            raise
        self.put(name, value)
        return value

    def _hold(self, name: str, stale: str | None) -> str | None:
        """Make it ours to find out, unless it has become known by now, or another than it was."""
        with self._begin() as session:
            session.add(facts, [{"name": name}], keep=True)
            row = session.rows(select(facts).where(facts.c.name == name).with_for_update())[0]
            if row.value is not None and row.value != stale:
                return str(row.value)
            if row.held_until is not None and row.held_until > session.now:
                # Waiting for each other is no failure: it uses up no attempt.
                raise NotReadyError(f"{name} is being found out by another process", _WAIT_SECONDS)
            held = {"held_until": session.now + _HOLD_SECONDS, "holder": self._holder}
            session.run(facts.update().where(facts.c.name == name).values(held))
            return None

    def _let_go(self, name: str, seconds: float) -> None:
        with self._begin() as session:
            free = session.now + seconds
            session.run(facts.update().where(facts.c.name == name).values(held_until=free))
