"""A person's rights as somebody asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from alpha_swarm.domain.rights import Right
from alpha_swarm.domain.who import read_who
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alpha_swarm.domain.who import Who
    from alpha_swarm.pipeline.rights.carrying_out import CarryOut
    from alpha_swarm.ports.ledger import Ledger, Transaction
    from alpha_swarm.ports.rights import OutsideList

log = structlog.get_logger(__name__)

#: Leads of a request that nobody asked for one by one.
_PAGE = 500
#: What was suppressed so lately may have met somebody who was just coming in.
_RECENT_SECONDS = 600.0
_ASKED, _LISTED, _RESTORED, _OVER = "asked for", "on a list", "is suppressed", "retention is over"


class RightsDesk:
    """Sets requests down, and has them carried out."""

    def __init__(
        self, ledger: Ledger, carry_out: CarryOut, outside: OutsideList, *, retention_systems: Sequence[str]
    ) -> None:
        """``retention_systems``: where whoever is kept no longer is forgotten besides here."""
        self._ledger = ledger
        self._carry_out = carry_out
        self._outside = outside
        self._retention_systems = retention_systems

    def ask(self, right: Right, text: str) -> dict[str, Any]:
        """Set down durably, then carried out as far as it goes at once; the request as it stands then.

        Raises:
            UserError: nobody could be known by that.
        """
        who = _read(text)
        with self._ledger.begin() as tx:
            lead_ids = tx.rights.leads_of([who])
            _require_somebody(who, lead_ids)
            request_id = tx.rights.begin(right, lead_ids, why=_ASKED, who=[who])
        log.info("rights_request", request=request_id, right=right.value, leads=len(lead_ids))
        self._carry_out.run(request_id)
        return self.show(request_id)

    def suppress(self, texts: Iterable[str]) -> dict[str, Any]:
        """Each of them is not to come back, and whoever is here goes.

        Raises:
            UserError: nobody could be known by any of them.
        """
        found = [read_who(text) for text in texts]
        people = [who for who in found if who is not None and _is_lasting(who)]
        if not people:
            raise UserError("nothing in it is an e-mail, a phone number, a LinkedIn address or SYSTEM:RECORD")
        requests, leads = [], 0
        for start in range(0, len(people), _PAGE):
            page = people[start : start + _PAGE]
            with self._ledger.begin() as tx:
                ids = tx.rights.leads_of(page)
                systems = None if ids else ()
                requests.append(tx.rights.begin(Right.ERASURE, ids, why=_LISTED, who=page, systems=systems))
            leads += len(ids)
            self._carry_out.run(requests[-1])
        unread = len(found) - len(people)
        return {"suppressed": len(people), "leads": leads, "unread": unread, "requests": requests}

    def go_on(self) -> None:
        """What is due; and whoever came in just as a suppression was set down."""
        self._end_present(_RECENT_SECONDS)
        self._carry_out.run()

    def retain(self) -> None:
        """Those whose retention is over go."""
        told = 0
        while lead_ids := self._expire():
            told += len(lead_ids)
        if told:
            log.info("retention_over", leads=told)

    def lay_over(self) -> None:
        """What the list outside holds, and the ledger does not: it was put back from a copy."""
        lines = self._outside.read()
        if not lines:
            return
        with self._ledger.begin() as tx:
            missing = tx.suppressions.lay(lines)
        if missing:
            log.warning("suppressions_laid_over", missing=missing)
        # Also where another process has laid it over and came no further.
        self._end_present(None)

    def latest(self, most: int) -> list[dict[str, Any]]:
        """Requests, the latest first."""
        with self._ledger.read() as tx:
            return tx.rights.latest(most)

    def show(self, request_id: str) -> dict[str, Any]:
        """One request.

        Raises:
            UserError: there is none.
        """
        with self._ledger.read() as tx:
            found = tx.rights.show(request_id.upper())
        if found is None:
            raise UserError(f"there is no request {request_id}: privacy list shows those there are")
        return found

    def done(self, request_id: str, system: str) -> dict[str, Any]:
        """A person has done what a system has no way for.

        Raises:
            UserError: there is no such task.
        """
        with self._ledger.begin() as tx:
            finished = tx.rights.finish(request_id.upper(), system, "done by hand")
        if not finished:
            raise UserError(
                f"request {request_id} has no task in {system}: privacy show tells how far its steps are"
            )
        return self.show(request_id)

    def _expire(self) -> Sequence[str]:
        with self._ledger.begin() as tx:
            lead_ids = tx.rights.expired(_PAGE)
            if lead_ids:
                tx.rights.begin(Right.RETENTION, lead_ids, why=_OVER, systems=self._retention_systems)
        return lead_ids

    def _end_present(self, recent: float | None) -> None:
        with self._ledger.read() as tx:
            found = tx.suppressions.present(recent)
        for right, lead_ids in found.items():
            for start in range(0, len(lead_ids), _PAGE):
                self._end(right, lead_ids[start : start + _PAGE])

    def _end(self, right: Right, lead_ids: Sequence[str]) -> None:
        with self._ledger.begin() as tx:
            end_suppressed(tx, right, lead_ids)


def end_suppressed(tx: Transaction, right: Right, lead_ids: Sequence[str]) -> None:
    """Leads that should not be there."""
    request_id = tx.rights.begin(right, lead_ids, why=_RESTORED)
    log.warning("suppressed_found", request=request_id, leads=len(lead_ids))


def _read(text: str) -> Who:
    who = read_who(text)
    if who is None:
        raise UserError(
            "nobody is known by that: give a lead's id, a LinkedIn address, an e-mail, a phone number"
            " or SYSTEM:RECORD, such as hubspot:1234"
        )
    return who


def _is_lasting(who: Who) -> bool:
    """Whether it says who it is, also to those who never met the person."""
    return bool(who.names or who.system)


def _require_somebody(who: Who, lead_ids: Iterable[str]) -> None:
    if not lead_ids and not _is_lasting(who):
        raise UserError(
            "no lead and no record has that id: give a LinkedIn address, an e-mail, a phone number"
            " or SYSTEM:RECORD, which is kept out also where nobody is known by it"
        )
