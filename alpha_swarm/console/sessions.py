"""Who is signed in: a sealed cookie, and a list in the ledger of those that were ended before their time."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from alpha_swarm.errors import ConfigurationError
from alpha_swarm.ledger.schema.tables import facts
from alpha_swarm.sealing import Seal

if TYPE_CHECKING:
    from alpha_swarm.clock import Clock
    from alpha_swarm.ledger.ledger import SqlLedger

SECONDS = 12 * 3600
#: How long a sign-in form may stand open.
VISIT_SECONDS = 3600
#: The fact in which the sessions stand that were ended by hand.
ENDED = "console.ended"
_BYTES = 16


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's; before somebody signed in it has no user."""

    id: str
    user: str | None
    token: str
    """What each form has to bring along, so that no other page can send one."""
    until: float


class Sessions:
    """Begins, reads and ends sessions. Another password or another key ends all of them."""

    def __init__(self, key: bytes, password: bytes, ledger: SqlLedger, clock: Clock) -> None:
        self._seal = Seal(key + password, "sessions of the console")
        self._ledger = ledger
        self._clock = clock

    def begin(self, user: str | None = None) -> Session:
        """A new one, so that nobody can have been handed it before."""
        seconds = VISIT_SECONDS if user is None else SECONDS
        until = self._clock.now().timestamp() + seconds
        return Session(secrets.token_hex(_BYTES), user, secrets.token_hex(_BYTES), until)

    def close(self, session: Session) -> str:
        """As a cookie carries it."""
        return self._seal.close(json.dumps(asdict(session)))

    def read(self, cookie: str | None) -> Session | None:
        """The session of a cookie; ``None`` where there is none, or it is forged, over or ended."""
        session = self._opened(cookie) if cookie else None
        if session is None or session.until <= self._clock.now().timestamp():
            return None
        return None if session.user and session.id in self._ended() else session

    def end(self, session: Session) -> None:
        """Nobody comes in with it any more, whoever has a copy."""
        now = self._clock.now().timestamp()
        still = {one: until for one, until in self._ended().items() if until > now}
        self._ledger.facts.put(ENDED, json.dumps({**still, session.id: session.until}))

    def _opened(self, cookie: str) -> Session | None:
        try:
            return Session(**json.loads(self._seal.open(cookie)))
        except ConfigurationError:
            return None

    def _ended(self) -> dict[str, float]:
        with self._ledger.read() as tx:
            found = tx.session.run(select(facts.c.value).where(facts.c.name == ENDED)).scalar()
        ended: dict[str, float] = json.loads(found) if found else {}
        return ended
