"""What ends with a person's right: what is owed, and for an erasure every value there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, delete, or_, select, union, update

from alpha_swarm.domain.letters.dead_letters import Resolution
from alpha_swarm.domain.messages.approvals import ApprovalState
from alpha_swarm.domain.privacy.burning import Naming, spared
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.domain.states import CLOSED
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.crm.syncs import DEAD, OPEN
from alpha_swarm.ledger.messages.outbox import WAITING as UNTOLD
from alpha_swarm.ledger.schema.companies import companies
from alpha_swarm.ledger.schema.crm import changes, crm_records, syncs
from alpha_swarm.ledger.schema.letters import dead_letters
from alpha_swarm.ledger.schema.messages import approvals, notifications
from alpha_swarm.ledger.schema.outcomes import CRASHED, PLANNED, SILENT, UNKNOWN
from alpha_swarm.ledger.schema.rights import rights_leads, rights_requests, rights_steps
from alpha_swarm.ledger.schema.tables import (
    call_leads,
    calls,
    identities,
    inbox,
    leads,
    leases,
    persons,
    sightings,
    work,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Table

    from alpha_swarm.domain.privacy.rights import Identifiers
    from alpha_swarm.ledger.session import Session

_OF_A_PERSON: tuple[Table, ...] = (persons, sightings, changes, identities)
_OPEN_CALLS = (PLANNED, UNKNOWN, CRASHED)
_GONE = "somebody it was about has asked to be forgotten"
_PAGE = 500
_BURNT: dict[str, Any] = {"body": None, "state": "done"}


class Removal:
    """Takes leads out of everything, within one transaction that has them locked."""

    def __init__(self, session: Session, lead_ids: Collection[str]) -> None:
        self._session = session
        self._ids = lead_ids

    def hands(self) -> list[int]:
        """Leases under which somebody has any of them in hand, or sends something for them."""
        alive = leases.c.expires_at >= self._session.now
        held = select(leases.c.id).join(work, work.c.lease_id == leases.c.id)
        held = held.where(among(work.c.lead_id, self._ids), alive)
        sent = select(leases.c.id).join(calls, calls.c.lease_id == leases.c.id)
        sent = sent.join(call_leads, call_leads.c.call_id == calls.c.id).where(self._open_calls(), alive)
        return sorted(row.id for row in self._session.rows(union(held, sent)))

    def unsettled(self) -> bool:
        """Whether the outcome of any call for them is not known."""
        return bool(self._session.rows(select(call_leads.c.call_id).where(self._open_calls()).limit(1)))

    def open(self) -> set[str]:
        """Those that were not closed before."""
        closed = [state.value for state in CLOSED]
        query = select(leads.c.id).where(among(leads.c.id, self._ids), leads.c.state.not_in(closed))
        return {row.id for row in self._session.rows(query)}

    def overtaken(self) -> list[tuple[str, str]]:
        """Request and system of what is still owed by requests about nobody else by which values stay."""
        theirs = select(rights_leads.c.request_id).where(among(rights_leads.c.lead_id, self._ids))
        query = select(rights_steps.c.request_id, rights_steps.c.system, rights_leads.c.lead_id)
        query = query.join(rights_leads, rights_leads.c.request_id == rights_steps.c.request_id)
        query = query.join(rights_requests, rights_requests.c.id == rights_steps.c.request_id)
        keep = [right.value for right in Right if right.keeps_values]
        # What was done has lost what it knew of the person.
        owed = (rights_steps.c.sealed.is_not(None), rights_requests.c.right.in_(keep))
        rows = self._session.rows(query.where(rights_steps.c.request_id.in_(theirs), *owed))
        others = {row.request_id for row in rows if row.lead_id not in self._ids}
        return sorted({(row.request_id, row.system) for row in rows if row.request_id not in others})

    def stop(self) -> None:
        """Nothing is owed, told, asked or tried again; what was reserved for them stays reserved."""
        now = self._session.now
        theirs = among(dead_letters.c.lead_id, self._ids) & dead_letters.c.resolved_at.is_(None)
        closed = {"resolved_at": now, "resolution": Resolution.MOOT.value, "replay_at": None}
        untold = among(notifications.c.lead_id, self._ids) & (notifications.c.state == UNTOLD)
        waiting = among(syncs.c.lead_id, self._ids) & (syncs.c.state == OPEN)
        self._session.run(delete(work).where(among(work.c.lead_id, self._ids)))
        self._session.run(update(call_leads).where(self._open_calls()).values(state=SILENT, settled_at=now))
        self._session.run(update(dead_letters).where(theirs).values(closed))
        self._session.run(delete(notifications).where(untold))
        self._session.run(update(syncs).where(waiting).values(state=DEAD))

    def remove(self, who: Identifiers, domains: Collection[str]) -> None:
        """Every value; the id and the figures stay."""
        for table in _OF_A_PERSON:
            self._session.run(delete(table).where(among(table.c.lead_id, self._ids)))
        self._session.run(delete(companies).where(among(companies.c.domain, domains)))
        self._blank_crms(who)
        self._end_approvals()
        self._burn_letters(who)
        # Whoever is no longer kept may come anew, unless a suppression says no.
        freed = {"identity": cast("erased:" + leads.c.id, String)}
        self._session.run(update(leads).where(among(leads.c.id, self._ids)).values(freed))

    def _blank_crms(self, who: Identifiers) -> None:
        blank = dict.fromkeys(
            ("external_id", "fingerprint", "route", "granted", "approval", "deal", "deal_id"), None
        )
        self._session.run(update(syncs).where(among(syncs.c.lead_id, self._ids)).values(**blank))
        nobodys = {"lead_id": None, "fingerprint": None, "gone": True, "changed_at": self._session.now}
        self._session.run(update(crm_records).where(among(crm_records.c.lead_id, self._ids)).values(nobodys))
        for system, ids in who.records.items():
            told = (crm_records.c.system == system) & among(crm_records.c.record_id, ids)
            self._session.run(update(crm_records).where(told).values(nobodys))

    def _end_approvals(self) -> None:
        """What was shown to somebody is no longer what would be done."""
        scope = cast(approvals.c.scope, String)
        unsettled = (ApprovalState.ASKED.value, ApprovalState.APPROVED.value)
        for lead_id in self._ids:
            about = scope.contains(lead_id, autoescape=True)
            rows = self._session.rows(select(approvals.c.id, approvals.c.state).where(about))
            for row in rows:
                ended: dict[str, Any] = {"scope": {"fields": [], "leads": {}, "granted": {}}, "due_at": None}
                if row.state in unsettled:
                    ended |= {"state": ApprovalState.MOVED.value, "outcome": _GONE}
                self._session.run(update(approvals).where(approvals.c.id == row.id).values(ended))

    def _burn_letters(self, who: Identifiers) -> None:
        """Read, unread or put aside: whichever names them."""
        named = Naming(who)
        if not named.knows:
            return
        after = 0
        while page := self._letters(after):
            after = page[-1].id
            opened = {row.id: self._session.personal.letter(row) for row in page}
            theirs = {row.id: row.fingerprint for row in page if named(opened[row.id])}
            # Whoever reads one just now waits for us, and burns it when they find nobody.
            free = select(inbox.c.id).where(inbox.c.id.in_(theirs)).with_for_update(skip_locked=True)
            for row in self._session.rows(free) if theirs else ():
                left, rest = _BURNT, spared(opened[row.id], named)
                if rest is not None:
                    left = {"body": self._session.personal.close_letter(rest, theirs[row.id])}
                self._session.run(update(inbox).where(inbox.c.id == row.id).values(left))

    def _letters(self, after: int) -> Any:
        query = select(inbox.c.id, inbox.c.fingerprint, inbox.c.body)
        query = query.where(inbox.c.body.is_not(None), inbox.c.id > after)
        return self._session.rows(query.order_by(inbox.c.id).limit(_PAGE))

    def _open_calls(self) -> Any:
        return among(call_leads.c.lead_id, self._ids) & or_(
            *(call_leads.c.state == state for state in _OPEN_CALLS)
        )
