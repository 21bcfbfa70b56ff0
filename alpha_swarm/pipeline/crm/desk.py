"""What people do with the CRMs by hand: see what would change, and take back what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.moments import read_moment
from alpha_swarm.errors import UserError
from alpha_swarm.pipeline.crm.preview import Preview, Previews
from alpha_swarm.pipeline.crm.undo import Undo, Undone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.routing.routing import Routing
    from alpha_swarm.domain.states import Target
    from alpha_swarm.pipeline.crm.contacts import ContactsOf
    from alpha_swarm.ports.crm import Crm
    from alpha_swarm.ports.ledger import Ledger


class CrmDesk:
    """The configured CRMs."""

    def __init__(
        self,
        ledger: Ledger,
        crms: Mapping[Target, Crm],
        contacts: ContactsOf,
        routing: Routing,
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._crms = crms
        self._contacts = contacts
        self._routing = routing
        self._clock = clock

    def targets(self, name: str | None) -> list[Target]:
        """The one of this name, or all.

        Raises:
            UserError: there is no such target.
        """
        chosen = [target for target in self._crms if name in (None, target.value)]
        if not chosen:
            known = ", ".join(target.value for target in self._crms) or "none: set SYNC_TARGETS"
            raise UserError(f"{name or 'a CRM'} is not configured; configured are {known}")
        return chosen

    def chosen(self, batch: str | None, most: int) -> Sequence[str]:
        """Leads that have a result, the latest first; of one batch or of all.

        Raises:
            UserError: nobody came with such a batch.
        """
        with self._ledger.read() as tx:
            if batch is not None and not tx.leads.has_batch(batch):
                raise UserError("no such run is known: give the batch that leads add named")
            return tx.leads.latest(batch, most)

    def previews(
        self, target: Target, lead_ids: Sequence[str], asked: Collection[str] = ()
    ) -> Iterator[Preview]:
        """What a sync of these leads would change there, were ``asked`` allowed; nothing is written."""
        crm, contacts = self._crms[target], self._contacts(target, asked)
        return Previews(self._ledger, crm, contacts, self._routing, self._clock).of(lead_ids)

    def undo(self, run: str, target: Target | None) -> Undone:
        """Put back what a run wrote where nobody has touched it since.

        Raises:
            UserError: it is neither a day, nor a batch that anybody came with, nor an approval.
        """
        with self._ledger.read() as tx:
            known = read_moment(run) or tx.leads.has_batch(run) or tx.approvals.find(run)
            if not known:
                raise UserError("no such run is known: give the batch that leads add named, or a day in UTC")
        return Undo(self._ledger, self._crms, self._contacts, self._clock).run(run, target)
