"""A person's rights: the tombstone in one transaction, and the steps that follow it in other systems."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import func, select, update
from ulid import ULID

from alpha_swarm.domain.doors.who import CLAY
from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.domain.privacy.rights import Identifiers, Receipt, Right
from alpha_swarm.domain.states import State
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.leads.known_by import KnownBy
from alpha_swarm.ledger.privacy import rights_views
from alpha_swarm.ledger.privacy.removal import Removal
from alpha_swarm.ledger.schema.outcomes import FAILED
from alpha_swarm.ledger.schema.rights import rights_leads, rights_requests, rights_steps
from alpha_swarm.ledger.schema.tables import call_leads, calls, leads, leases
from alpha_swarm.ledger.suppression.suppressions import record_name
from alpha_swarm.ports.records import Story
from alpha_swarm.ports.rights import Errand
from alpha_swarm.sealing import Seal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy.engine import Row

    from alpha_swarm.domain.doors.who import Who
    from alpha_swarm.ledger.hashing import IdentityHash
    from alpha_swarm.ledger.leads.leads import SqlLeads
    from alpha_swarm.ledger.privacy.audit import SqlAudit
    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ledger.suppression.suppressions import SqlSuppressions

DUE, DONE, TASK = "due", "done", "task"
#: The steps that are made here: the data keys; then the list outside, and the last of it out of the files.
KEYS, LEDGER = "keys", "ledger"
_STATES = {Right.OBJECTION: State.OBJECTED}
_AUDITED = {
    Right.ERASURE: AuditKind.ERASURE,
    Right.RETENTION: AuditKind.ERASURE,
    Right.OBJECTION: AuditKind.OBJECTION,
}


class Parts(Protocol):
    """What else of the transaction is needed."""

    session: Session
    leads: SqlLeads
    suppressions: SqlSuppressions
    audit: SqlAudit

    def tell(self, stories_told: Iterable[Story]) -> None:
        """Add to the stories of leads."""
        ...


class SqlRights:
    """Implements ``ports.rights.Rights``."""

    def __init__(self, parts: Parts, hash_identity: IdentityHash, key: bytes, systems: Sequence[str]) -> None:
        """``systems``: those that this installation leads to."""
        self._parts = parts
        self._session = parts.session
        self._systems = systems
        # Where values stand as they are, nobody has a key.
        self._own = [KEYS, LEDGER] if parts.session.personal.seals else [LEDGER]
        self._known_by = KnownBy(parts.session, hash_identity)
        self._suppressions = parts.suppressions
        self._seal = Seal(key, "identifiers of persons")

    def leads_of(self, who: Sequence[Who]) -> set[str]:
        """Erased ones by their id alone."""
        return self._known_by.leads_of(who)

    def person(self, who: Sequence[Who]) -> set[str]:
        """The same of one person alone.

        Raises:
            UserError: several people are known by them.
        """
        return self._known_by.person(who)

    def identifiers(self, lead_ids: Collection[str], who: Sequence[Who] = ()) -> Identifiers:
        """As an erasure gathers them, with what was said."""
        return self._known_by.gathered(lead_ids, who)

    def begin(
        self,
        right: Right,
        lead_ids: Collection[str],
        *,
        why: str,
        who: Sequence[Who] = (),
        systems: Collection[str] | None = None,
        suppresses: bool = True,
    ) -> str:
        """Gathered first, since nothing is left to be gathered afterwards."""
        ids = sorted(lead_ids)
        self._parts.leads.lock(ids)
        self._parts.leads.finish()
        request_id = str(ULID())
        gathered = self._known_by.gathered(ids, who)
        removal = Removal(self._session, ids)
        hands, unsettled = removal.hands(), removal.unsettled()
        self._enter(request_id, right, why, ids, hands)
        if suppresses and right is not Right.RETENTION:
            self._suppress(right, request_id, gathered, who)
        where = self._where(right, gathered, systems)
        self._plan(request_id, where, gathered, passes=2 if hands or unsettled else 1)
        self._bury(right, request_id, removal, gathered)
        self._parts.audit.note(_AUDITED[right], request=request_id, right=right.value, leads=ids)
        return request_id

    def claim(self, most: int, seconds: float, request_id: str | None = None) -> Sequence[Errand]:
        """By becoming due later; on PostgreSQL two who come at once pass over each other's rows."""
        now = self._session.now
        query = select(rights_steps).where(rights_steps.c.state == DUE, rights_steps.c.due_at <= now)
        if request_id is not None:
            query = query.where(rights_steps.c.request_id == request_id)
        query = query.order_by(rights_steps.c.due_at, rights_steps.c.request_id, rights_steps.c.system)
        rows = self._session.rows(query.limit(most).with_for_update(skip_locked=True))
        for row in rows:
            self._set(row.request_id, row.system, due_at=now + seconds)
        requests = self._requests({row.request_id for row in rows})
        return [self._errand(row, requests[row.request_id], now + seconds) for row in rows]

    def hold(self, errand: Errand, seconds: float) -> float | None:
        """The moment is the fence: whoever claims it after us moves it."""
        until = self._session.now + seconds
        return until if self._mine(errand, due_at=until) else None

    def passed(self, errand: Errand, receipt: Receipt, wait: float) -> bool:
        """What was removed in all passes is one figure."""
        if not self._mine(errand, due_at=errand.until):
            return False
        before = self._receipt(errand)
        said = {"removed": before.get("removed", 0) + receipt.removed}
        note = receipt.note or before.get("note")
        said |= {"note": note} if note else {}
        if errand.passes > 1:
            later = {"due_at": self._session.now + wait, "passes": errand.passes - 1, "attempts": 0}
            self._set(errand.request_id, errand.system, receipt=said, error=None, **later)
        else:
            self._close(errand.request_id, errand.system, said)
        return True

    def again(self, errand: Errand, wait: float, error: str | None = None) -> bool:
        """Without an error it was not tried."""
        values: dict[str, Any] = {"due_at": self._session.now + wait}
        if error is not None:
            values |= {"attempts": errand.attempts + 1, "error": error[:300]}
        return self._mine(errand, **values)

    def task(self, errand: Errand, error: str) -> bool:
        """What it needs stays sealed until it is done."""
        return self._mine(errand, state=TASK, error=error[:300])

    def finish(self, request_id: str, system: str, note: str) -> bool:
        """Only a task is a person's."""
        mine = (rights_steps.c.request_id == request_id, rights_steps.c.system == system)
        rows = self._session.rows(select(rights_steps.c.system).where(*mine, rights_steps.c.state == TASK))
        if rows:
            self._close(request_id, system, {"removed": 0, "note": note})
        return bool(rows)

    def expired(self, most: int) -> Sequence[str]:
        """Whoever objected is kept no longer than the others."""
        over = (leads.c.retention_until < self._session.now, leads.c.state != State.ERASED.value)
        return [row.id for row in self._session.rows(select(leads.c.id).where(*over).limit(most))]

    def latest(self, most: int) -> list[dict[str, Any]]:
        """Ids grow with time."""
        return rights_views.latest(self._session, most)

    def show(self, request_id: str) -> dict[str, Any] | None:
        """By its key."""
        return rights_views.find(self._session, request_id)

    def _enter(self, request_id: str, right: Right, why: str, ids: Sequence[str], hands: list[int]) -> None:
        request = {"id": request_id, "right": right.value, "why": why, "asked_at": self._session.now}
        self._session.add(rights_requests, [{**request, "leases": hands}])
        self._session.add(rights_leads, [{"request_id": request_id, "lead_id": one} for one in ids])

    def _suppress(self, right: Right, request_id: str, gathered: Identifiers, who: Sequence[Who]) -> None:
        names = {name for one in who for name in one.names}
        names |= {
            record_name(system, one)
            for system, ids in gathered.records.items()
            if system != "clay"
            for one in ids
        }
        self._suppressions.add(right, request_id, names, gathered.lead_ids)
        self._suppressions.add_hashes(right, request_id, self._known_by.hashes(gathered.lead_ids))

    def _where(self, right: Right, gathered: Identifiers, systems: Collection[str] | None) -> list[str]:
        """Whoever objects is silenced where people are written to; the enricher writes to nobody."""
        wanted = {*self._systems, *gathered.records} if systems is None else set(systems)
        if right is Right.OBJECTION:
            # The values stay, to be shown to the person.
            return [*sorted(wanted - {CLAY}), LEDGER]
        return [*sorted(wanted), *self._own]

    def _plan(self, request_id: str, where: Iterable[str], gathered: Identifiers, passes: int) -> None:
        shared = {"request_id": request_id, "state": DUE, "due_at": self._session.now, "attempts": 0}
        needed = json.dumps(gathered.to_json())
        rows = [
            {**shared, "system": system, "passes": passes, "sealed": self._seal.close(needed)}
            for system in where
        ]
        self._session.add(rights_steps, rows)

    def _bury(self, right: Right, request_id: str, removal: Removal, gathered: Identifiers) -> None:
        ids = gathered.lead_ids
        still = removal.open() if right is Right.OBJECTION else set(ids)
        removal.stop()
        if right is not Right.OBJECTION:
            removal.remove(gathered, self._known_by.domains(ids))
        self._parts.leads.move(dict.fromkeys(sorted(still), _STATES.get(right, State.ERASED)))
        self._parts.tell(Story(lead_id=one, kind=right.value, detail={"request": request_id}) for one in ids)

    def _errand(self, row: Row[Any], request: Row[Any], until: float) -> Errand:
        needed = json.loads(self._seal.open(row.sealed))
        return Errand(
            request_id=row.request_id,
            system=row.system,
            right=Right(request.right),
            who=Identifiers.from_json(needed),
            attempts=row.attempts,
            passes=row.passes,
            until=until,
            awaits_hands=row.passes == 1 and self._in_hand(request),
            made=row.receipt is not None,
            sent=self._sent(row.system, needed["lead_ids"]),
        )

    def _sent(self, system: str, lead_ids: Sequence[str]) -> bool:
        """By the intents, which outlive what they were about."""
        query = select(call_leads.c.call_id).join(calls, calls.c.id == call_leads.c.call_id)
        theirs = (
            among(call_leads.c.lead_id, lead_ids),
            calls.c.target == system,
            call_leads.c.state != FAILED,
        )
        return bool(self._session.rows(query.where(*theirs).limit(1)))

    def _in_hand(self, request: Row[Any]) -> bool:
        if not request.leases:
            return False
        alive = (leases.c.id.in_(request.leases), leases.c.expires_at >= self._session.now)
        return bool(self._session.rows(select(leases.c.id).where(*alive).limit(1)))

    def _requests(self, ids: Collection[str]) -> dict[str, Row[Any]]:
        query = select(rights_requests).where(among(rights_requests.c.id, ids))
        return {row.id: row for row in self._session.rows(query)}

    def _receipt(self, errand: Errand) -> dict[str, Any]:
        mine = (rights_steps.c.request_id == errand.request_id, rights_steps.c.system == errand.system)
        return self._session.rows(select(rights_steps.c.receipt).where(*mine))[0].receipt or {}

    def _close(self, request_id: str, system: str, receipt: dict[str, Any]) -> None:
        self._set(request_id, system, state=DONE, sealed=None, receipt=receipt, error=None, passes=0)
        right = Right(self._requests([request_id])[request_id].right)
        self._parts.audit.note(_AUDITED[right], request=request_id, done_in=system)
        left = select(func.count()).where(
            rights_steps.c.request_id == request_id, rights_steps.c.state != DONE
        )
        if not self._session.run(left).scalar_one():
            ended = update(rights_requests).where(rights_requests.c.id == request_id)
            self._session.run(ended.values(ended_at=self._session.now))

    def _mine(self, errand: Errand, **values: Any) -> bool:
        step = (rights_steps.c.request_id == errand.request_id, rights_steps.c.system == errand.system)
        held = (rights_steps.c.state == DUE, rights_steps.c.due_at == errand.until)
        return self._session.run(update(rights_steps).where(*step, *held).values(**values)).rowcount == 1

    def _set(self, request_id: str, system: str, **values: Any) -> None:
        mine = (rights_steps.c.request_id == request_id, rights_steps.c.system == system)
        self._session.run(update(rights_steps).where(*mine).values(**values))
