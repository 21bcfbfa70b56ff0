"""Who was taken off the list again; of several words about one hash, here and outside, the latest holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.rights import allowances, rights_requests, suppressions
from alpha_swarm.ledger.suppression.suppressions import LEAD, enter, line_of, names_listed
from alpha_swarm.ports.rights import ALLOWED, Suppressed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from alpha_swarm.domain.doors.who import Who
    from alpha_swarm.ledger.hashing import IdentityHash
    from alpha_swarm.ledger.session import Session

#: A record that is kept no longer may come again by another way; an objection ends with an erasure.
_STRENGTH = {Right.RETENTION.value: 0, Right.OBJECTION.value: 1, Right.ERASURE.value: 2}


class SqlAllowances:
    """Implements ``ports.rights.Allowances``."""

    def __init__(self, session: Session, hash_identity: IdentityHash) -> None:
        self._session = session
        self._hash = hash_identity

    def entries(self, who: Sequence[Who], alone: Collection[str]) -> Sequence[Suppressed]:
        """By name, and by the requests that those belong to."""
        hashes = {self._hash(name) for one in who for name in names_listed(one)}
        hashes |= {one.lead_id for one in who if one.lead_id}
        query = select(suppressions)
        named = self._session.rows(query.where(among(suppressions.c.hash, hashes)))
        theirs = select(rights_requests.c.id).where(
            among(rights_requests.c.id, {row.request_id for row in named if row.request_id}),
            rights_requests.c.why.in_(alone),
        )
        ids = [row.id for row in self._session.rows(theirs)]
        also = self._session.rows(query.where(among(suppressions.c.request_id, ids)))
        found = {row.hash: line_of(row) for row in (*named, *also) if row.kind != LEAD}
        return [found[key] for key in sorted(found)]

    def allow(self, entries: Sequence[Suppressed]) -> Sequence[Suppressed]:
        """The moment is the transaction's, so that whatever was said before holds no more."""
        since = self._session.now
        lines = [Suppressed(hash=one.hash, kind=one.kind, why=ALLOWED, since=since) for one in entries]
        self._take_off(lines)
        return lines

    def allowed(self) -> Sequence[Suppressed]:
        """All rows: there are never many."""
        return [
            Suppressed(hash=row.hash, kind=row.kind, why=ALLOWED, since=row.since)
            for row in self._session.rows(select(allowances))
        ]

    def unlaid(self, lines: Iterable[Suppressed]) -> Sequence[Suppressed]:
        """What is later than, or outdoes, what stands here of the same hash."""
        latest: dict[str, Suppressed] = {}
        for line in lines:
            if line.hash not in latest or line.since >= latest[line.hash].since:
                latest[line.hash] = line
        there = select(suppressions).where(among(suppressions.c.hash, latest))
        put = {row.hash: line_of(row) for row in self._session.rows(there)}
        allowed = select(allowances).where(among(allowances.c.hash, latest))
        off = {row.hash: row.since for row in self._session.rows(allowed)}
        return [
            line
            for key, line in latest.items()
            if line.since > off.get(key, 0.0) and (key not in put or _outdoes(line, put[key]))
        ]

    def lay(self, lines: Sequence[Suppressed]) -> None:
        """They keep their moments."""
        self._take_off(line for line in lines if line.why == ALLOWED)
        rows = [
            {"hash": one.hash, "kind": one.kind, "why": one.why, "since": one.since, "request_id": None}
            for one in sorted(lines, key=lambda line: line.hash)
            if one.why != ALLOWED
        ]
        enter(self._session, rows)

    def _take_off(self, lines: Iterable[Suppressed]) -> None:
        latest = {line.hash: line for line in lines}
        if not latest:
            return
        rows = [{"hash": key, "kind": latest[key].kind, "since": latest[key].since} for key in sorted(latest)]
        statement = self._session.insert(allowances)
        later = {"since": statement.excluded.since}
        self._session.run(statement.on_conflict_do_update(index_elements=["hash"], set_=later), rows)
        self._session.run(delete(suppressions).where(among(suppressions.c.hash, latest)))


def _outdoes(line: Suppressed, there: Suppressed) -> bool:
    """Whoever is on the list stays there, unless it is said later that they do not."""
    if line.why == ALLOWED:
        return line.since > there.since
    return _STRENGTH[line.why] > _STRENGTH[there.why]
