"""The ledger as the pipeline sees it: one transaction at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from alpha_swarm.ports.approvals import Alerts, Approvals
    from alpha_swarm.ports.audit import Audit
    from alpha_swarm.ports.calls import Calls
    from alpha_swarm.ports.changes import Changes
    from alpha_swarm.ports.companies import Companies
    from alpha_swarm.ports.crm_records import CrmRecords
    from alpha_swarm.ports.dead_letters import DeadLetters, Replays
    from alpha_swarm.ports.executions import Executions
    from alpha_swarm.ports.expiry import Expiry
    from alpha_swarm.ports.lanes import Lanes
    from alpha_swarm.ports.notifier import Outbox
    from alpha_swarm.ports.parts import (
        Inbox,
        Leads,
        Pauses,
        Providers,
        Pulses,
        Syncs,
        UnknownRuns,
    )
    from alpha_swarm.ports.pins import Informing, PinBook
    from alpha_swarm.ports.records import Story
    from alpha_swarm.ports.rights import Allowances, Duties, Rights, Suppressions
    from alpha_swarm.ports.stored_fields import StoredFields
    from alpha_swarm.ports.withheld import WithheldCounts
    from alpha_swarm.ports.work import Work


class Transaction(Protocol):
    """One commit: all of it or nothing."""

    @property
    def leads(self) -> Leads: ...  # noqa: D102 - the types say it
    @property
    def work(self) -> Work: ...  # noqa: D102
    @property
    def calls(self) -> Calls: ...  # noqa: D102
    @property
    def syncs(self) -> Syncs: ...  # noqa: D102
    @property
    def changes(self) -> Changes: ...  # noqa: D102
    @property
    def inbox(self) -> Inbox: ...  # noqa: D102
    @property
    def crm_records(self) -> CrmRecords: ...  # noqa: D102
    @property
    def runs(self) -> UnknownRuns: ...  # noqa: D102
    @property
    def dead_letters(self) -> DeadLetters: ...  # noqa: D102
    @property
    def replays(self) -> Replays: ...  # noqa: D102
    @property
    def providers(self) -> Providers: ...  # noqa: D102
    @property
    def companies(self) -> Companies: ...  # noqa: D102
    @property
    def pauses(self) -> Pauses: ...  # noqa: D102
    @property
    def pins(self) -> PinBook: ...  # noqa: D102
    @property
    def allowances(self) -> Allowances: ...  # noqa: D102
    @property
    def duties(self) -> Duties: ...  # noqa: D102
    @property
    def informing(self) -> Informing: ...  # noqa: D102
    @property
    def outbox(self) -> Outbox: ...  # noqa: D102
    @property
    def approvals(self) -> Approvals: ...  # noqa: D102
    @property
    def alerts(self) -> Alerts: ...  # noqa: D102
    @property
    def executions(self) -> Executions: ...  # noqa: D102
    @property
    def audit(self) -> Audit: ...  # noqa: D102
    @property
    def pulse(self) -> Pulses: ...  # noqa: D102
    @property
    def lanes(self) -> Lanes: ...  # noqa: D102
    @property
    def rights(self) -> Rights: ...  # noqa: D102
    @property
    def suppressions(self) -> Suppressions: ...  # noqa: D102
    @property
    def expiry(self) -> Expiry: ...  # noqa: D102
    @property
    def stored_fields(self) -> StoredFields: ...  # noqa: D102
    @property
    def withheld(self) -> WithheldCounts: ...  # noqa: D102

    def tell(self, stories: Iterable[Story]) -> None:
        """Add to the stories of leads."""
        ...

    def count_intake(
        self, door: str, accepted: int, duplicates: int, rejected: int, batch: str | None = None
    ) -> None:
        """Enter what a door took in, as a part of a batch."""
        ...

    def tidy(self) -> None:
        """Remove what was needed to work and is not any more; nothing of it is about a person."""
        ...


class Ledger(Protocol):
    """Opens transactions."""

    def begin(self) -> AbstractContextManager[Transaction]:
        """A transaction that commits at the end of the block, durably."""
        ...

    def read(self) -> AbstractContextManager[Transaction]:
        """The same for reading only."""
        ...
