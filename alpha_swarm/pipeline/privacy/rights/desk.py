"""A person's rights as somebody asks for them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from alpha_swarm.domain.doors.who import Who, require_who
from alpha_swarm.domain.privacy.rights import OWN_NAMES, Right
from alpha_swarm.errors import AlphaSwarmError, UserError
from alpha_swarm.pipeline.privacy.rights.allowing import Allowing
from alpha_swarm.pipeline.privacy.rights.laying_over import LayOver
from alpha_swarm.pipeline.privacy.rights.lists import Lists, set_down

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.crm.news import System
    from alpha_swarm.pipeline.privacy.introduction import Introduction
    from alpha_swarm.pipeline.privacy.rights.carrying_out import CarryOut
    from alpha_swarm.ports.edge import Facts
    from alpha_swarm.ports.ledger import Ledger, Transaction
    from alpha_swarm.ports.rights import OutsideList

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

#: Leads of a request that nobody asked for one by one: a CRM that removes them one by one, at ten calls a
#: second, is done with so many in half a minute.
_PAGE = 50
#: What was suppressed so lately may have met somebody who was just coming in.
_RECENT_SECONDS = 600.0
_RESTORED, _OVER = "is suppressed", "retention is over"
#: Why requests are made that are about one person.
ASKED, TOLD = "asked for", "asked for in a CRM"


class RightsDesk:
    """Sets requests down, and has them carried out."""

    def __init__(
        self,
        ledger: Ledger,
        carry_out: CarryOut,
        outside: OutsideList,
        facts: Facts,
        clock: Clock,
        *,
        introduction: Introduction,
        retention_systems: Sequence[str],
    ) -> None:
        """``retention_systems``: where whoever is kept no longer is forgotten besides here."""
        self._ledger = ledger
        self._carry_out = carry_out
        self._outside = outside
        self._clock = clock
        self._introduction = introduction
        self._retention_systems = retention_systems
        self._lists = Lists(ledger, carry_out, outside, clock)
        self._laying_over = LayOver(ledger, outside, facts, clock)

    def ask(self, right: Right, text: str) -> dict[str, Any]:
        """Set down durably, then carried out as far as it goes at once; the request as it stands then.

        Raises:
            UserError: nobody could be known by that, or nobody tells whose record it is.
        """
        people = self._introduced(require_who(text))
        request_id = self._set_down(partial(_asked, right, people))
        log.info("rights_request", request=request_id, right=right.value)
        self._carry_out.run(request_id)
        return self.show(request_id)

    def _introduced(self, who: Who) -> Sequence[Who]:
        """Half a person is not forgotten: whoever asks hears of it while there is time to ask otherwise."""
        introduced = self._introduction.of(who)
        if introduced.untold is not None:
            raise UserError(
                f"nobody here knows record {who.record_id}, and {who.system} does not tell whose it is, so"
                f" nothing was set down: {introduced.untold}; ask again when it answers, or by an e-mail"
            )
        return introduced.people

    def told(self, system: System, record_ids: Iterable[str]) -> None:
        """A system tells that the persons with these records asked to be forgotten there.

        Set down, and carried out by the schedule. Whom nobody here knows by the record stays unknown.
        """
        for record_id in sorted(record_ids):
            who = Who(system=system.value, record_id=record_id)
            try:
                request_id = self._set_down(partial(_told, who))
            except UserError as error:
                # Nobody loses what is another's: which of them it is a person must say.
                log.warning("privacy_deletion_unclear", system=system.value, reason=str(error))
            else:
                if request_id:
                    log.info("privacy_deletion_told", request=request_id, system=system.value)

    def suppress(self, people: Iterable[Who]) -> dict[str, Any]:
        """Each of them is not to come back, and whoever is here goes."""
        return self._lists.take(people)

    def screen(self) -> None:
        """Whoever is here though they are on a list of hashes goes."""
        self._lists.screen()

    def allow(self, people: Sequence[Who], reason: str | None = None) -> dict[str, Any]:
        """What :class:`Allowing` tells of them; with a reason they are off the list from now on."""
        allowing = Allowing(people, (ASKED, TOLD))
        if reason is None:
            with self._ledger.read() as tx:
                return allowing.plan(tx)
        told, lines = self._set_down(partial(allowing.allow, reason))
        self._outside.add(lines)
        return told

    def go_on(self) -> None:
        """What is due; and whoever came in just as a suppression was set down."""
        self._laying_over.tell()
        self._end_present(_RECENT_SECONDS)
        self._carry_out.run()

    def retain(self) -> None:
        """Those whose retention is over go."""
        told = 0
        while number := self._expire():
            told += number
        if told:
            log.info("retention_over", leads=told)

    def lay_over(self) -> None:
        """What the list outside says, and the ledger does not: it was put back from a copy."""
        self._laying_over.run()
        # Also where another process has laid it over and came no further.
        self._end_present(None)

    def catch_up(self) -> None:
        """The same for doors and commands: a copy may be put back, and no worker has looked at it yet.

        A ledger that cannot be written to is theirs to tell of, in their own words.
        """
        try:
            if self._outside.there and self._laying_over.run():
                self._end_present(None)
        except AlphaSwarmError as error:
            log.warning("suppressions_not_heard", reason=str(error))

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

    def _expire(self) -> int:
        return self._set_down(partial(_expired, self._retention_systems))

    def _end_present(self, recent: float | None) -> None:
        with self._ledger.read() as tx:
            found = tx.suppressions.present(recent)
        for right, lead_ids in found.items():
            for start in range(0, len(lead_ids), _PAGE):
                page = lead_ids[start : start + _PAGE]
                self._set_down(partial(_ended, right, page, recent is not None))

    def _set_down(self, write: Callable[[Transaction], Answer]) -> Answer:
        return set_down(self._ledger, self._clock, write)


def _asked(right: Right, people: Sequence[Who], tx: Transaction) -> str:
    lead_ids = tx.rights.person(people)
    _require_somebody(people[0], lead_ids)
    request_id = tx.rights.begin(right, lead_ids, why=ASKED, who=people)
    if right is Right.OBJECTION and (corrected := tx.pins.of(lead_ids)):
        # What they put right before may have been on its way: nothing is owed to them any more.
        tx.rights.begin(Right.RECTIFICATION, corrected, why=ASKED)
    return request_id


def _told(who: Who, tx: Transaction) -> str | None:
    """What we removed there ourselves comes back as news of nobody."""
    lead_ids = tx.rights.person([who])
    return tx.rights.begin(Right.ERASURE, lead_ids, why=TOLD, who=[who]) if lead_ids else None


def _expired(systems: Sequence[str], tx: Transaction) -> int:
    lead_ids = tx.rights.expired(_PAGE)
    if lead_ids:
        tx.rights.begin(Right.RETENTION, lead_ids, why=_OVER, systems=systems)
    return len(lead_ids)


def _ended(right: Right, lead_ids: Sequence[str], came_in: bool, tx: Transaction) -> None:  # noqa: FBT001
    """Leads that should not be there; of those in a copy all names are on the list that are to be there."""
    names = OWN_NAMES if came_in else ()
    request_id = tx.rights.begin(right, lead_ids, why=_RESTORED, suppresses=names)
    log.warning("suppressed_found", request=request_id, leads=len(lead_ids))


def _require_somebody(who: Who, lead_ids: Iterable[str]) -> None:
    if not lead_ids and not who.is_lasting:
        raise UserError(
            "no lead and no record has that id: give a LinkedIn address, an e-mail, a phone number"
            " or SYSTEM:RECORD, which is kept out also where nobody is known by it"
        )
