"""A person's rights: the tombstone in one transaction, and which systems it is followed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import select
from ulid import ULID

from alpha_swarm.domain.doors.who import CLAY
from alpha_swarm.domain.privacy.rights import NAMES, Identifiers, Right
from alpha_swarm.domain.states import State
from alpha_swarm.ledger.leads.known_by import KnownBy
from alpha_swarm.ledger.privacy import rights_views
from alpha_swarm.ledger.privacy.removal import Removal
from alpha_swarm.ledger.privacy.rights_steps import AUDITED, SqlSteps
from alpha_swarm.ledger.schema.rights import rights_leads, rights_requests
from alpha_swarm.ledger.schema.tables import leads
from alpha_swarm.ledger.suppression.suppressions import record_name
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from alpha_swarm.domain.doors.who import Who
    from alpha_swarm.ledger.hashing import IdentityHash
    from alpha_swarm.ledger.leads.leads import SqlLeads
    from alpha_swarm.ledger.privacy.audit import SqlAudit
    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ledger.suppression.suppressions import SqlSuppressions

#: The steps that are made here: the data keys; then the list outside, and the last of it out of the files.
KEYS, LEDGER = "keys", "ledger"
_STATES = {Right.OBJECTION: State.OBJECTED}
_OVERTAKEN = {"removed": 0, "note": "the person was erased since"}


class Parts(Protocol):
    """What else of the transaction is needed."""

    session: Session
    leads: SqlLeads
    suppressions: SqlSuppressions
    audit: SqlAudit

    def tell(self, stories_told: Iterable[Story]) -> None:
        """Add to the stories of leads."""
        ...


class SqlRights(SqlSteps):
    """Implements ``ports.rights.Rights``."""

    def __init__(self, parts: Parts, hash_identity: IdentityHash, key: bytes, systems: Sequence[str]) -> None:
        """``systems``: those that this installation leads to."""
        super().__init__(parts.session, parts.audit, key)
        self._parts = parts
        self._systems = systems
        # Where values stand as they are, nobody has a key.
        self._own = [KEYS, LEDGER] if parts.session.personal.seals else [LEDGER]
        self._known_by = KnownBy(parts.session, hash_identity)
        self._suppressions = parts.suppressions

    def leads_of(self, who: Sequence[Who]) -> set[str]:
        """Erased ones by their id alone."""
        return self._known_by.leads_of(who)

    def having(self, names: Collection[str]) -> Mapping[str, Collection[str]]:
        """By one query."""
        return self._known_by.having(names)

    def are_one(self, lead_ids: Collection[str]) -> bool:
        """By the e-mails that they share."""
        return self._known_by.are_one(lead_ids)

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
        suppresses: Collection[str] = NAMES,
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
        if suppresses:
            # Whoever has theirs put right by a request has objected before.
            listed = Right.OBJECTION if right.keeps_values else right
            self._suppress(listed, request_id, gathered, who, suppresses)
        where = self._where(right, gathered, systems)
        self.plan(request_id, where, gathered, passes=2 if hands or unsettled else 1)
        if right is Right.ERASURE:
            self._overtake(removal)
        if right is not Right.RECTIFICATION:
            self._bury(right, request_id, removal, gathered)
        self._audit.note(AUDITED[right], request=request_id, right=right.value, leads=ids)
        return request_id

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

    def _suppress(
        self,
        right: Right,
        request_id: str,
        gathered: Identifiers,
        who: Sequence[Who],
        kinds: Collection[str],
    ) -> None:
        records = {
            record_name(system, one)
            for system, ids in gathered.records.items()
            if system != CLAY
            for one in ids
        }
        if right is Right.RETENTION:
            # They may come again by any door; but an edit of a record that is left of them is no reason.
            self._suppressions.add(right, request_id, records, ())
            return
        names = {name for one in who for name in one.names}
        self._suppressions.add(right, request_id, records | names, gathered.lead_ids)
        own = self._known_by.hashes(gathered.lead_ids)
        listed = {key: kind for key, kind in own.items() if kind in kinds}
        self._suppressions.add_hashes(right, request_id, listed)

    def _where(self, right: Right, gathered: Identifiers, systems: Collection[str] | None) -> list[str]:
        """Whoever objects is silenced in every CRM; the enricher writes to nobody."""
        wanted = {*self._systems, *gathered.records} if systems is None else set(systems)
        if right is Right.OBJECTION:
            wanted -= {CLAY}
        # Where the values stay, to be shown to the person, their keys do.
        return [*sorted(wanted), *([LEDGER] if right.keeps_values else self._own)]

    def _overtake(self, removal: Removal) -> None:
        """Nobody is left to be silenced or put right; the list outside is still to hear of them."""
        for request_id, system in removal.overtaken():
            if system not in self._own:
                self.close(request_id, system, _OVERTAKEN)

    def _bury(self, right: Right, request_id: str, removal: Removal, gathered: Identifiers) -> None:
        ids = gathered.lead_ids
        still = removal.open() if right is Right.OBJECTION else set(ids)
        removal.stop()
        if right is not Right.OBJECTION:
            removal.remove(gathered, self._known_by.domains(ids))
        self._parts.leads.move(dict.fromkeys(sorted(still), _STATES.get(right, State.ERASED)))
        self._parts.tell(Story(lead_id=one, kind=right.value, detail={"request": request_id}) for one in ids)
