"""One transaction of the ledger, and all that is done within it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import delete

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.calls.calls import SqlCalls
from alpha_swarm.ledger.calls.doubts import Doubts
from alpha_swarm.ledger.calls.pauses import SqlPauses
from alpha_swarm.ledger.calls.refusals import SqlRefusals
from alpha_swarm.ledger.calls.runs import SqlRuns
from alpha_swarm.ledger.crm.changes import SqlChanges
from alpha_swarm.ledger.crm.records import SqlCrmRecords
from alpha_swarm.ledger.crm.syncs import SqlSyncs
from alpha_swarm.ledger.doors.idempotency import IdempotencyKeys
from alpha_swarm.ledger.doors.inbox import SqlInbox
from alpha_swarm.ledger.health.executions import SqlExecutions
from alpha_swarm.ledger.health.figures import Figures
from alpha_swarm.ledger.health.pulse import SqlPulse
from alpha_swarm.ledger.health.schedule_runs import ScheduleRuns
from alpha_swarm.ledger.health.step_flows import StepFlows
from alpha_swarm.ledger.health.trends import Trends
from alpha_swarm.ledger.health.views import Views
from alpha_swarm.ledger.lanes.lanes import SqlLanes
from alpha_swarm.ledger.leads import stories
from alpha_swarm.ledger.leads.companies import SqlCompanies
from alpha_swarm.ledger.leads.leads import SqlLeads
from alpha_swarm.ledger.letters.dead_letters import SqlDeadLetters
from alpha_swarm.ledger.letters.replays import SqlReplays
from alpha_swarm.ledger.messages.alerts import SqlAlerts
from alpha_swarm.ledger.messages.approvals import SqlApprovals
from alpha_swarm.ledger.messages.outbox import SqlOutbox
from alpha_swarm.ledger.money.providers import SqlProviders
from alpha_swarm.ledger.money.spending import Spending
from alpha_swarm.ledger.privacy.audit import SqlAudit
from alpha_swarm.ledger.privacy.duties import SqlDuties
from alpha_swarm.ledger.privacy.expiry import SqlExpiry
from alpha_swarm.ledger.privacy.informing import Informing
from alpha_swarm.ledger.privacy.pins import SqlPins
from alpha_swarm.ledger.privacy.rights import SqlRights
from alpha_swarm.ledger.privacy.stored_fields import SqlStoredFields
from alpha_swarm.ledger.privacy.withheld import SqlWithheld
from alpha_swarm.ledger.schema.tables import intakes, leases
from alpha_swarm.ledger.suppression.allowances import SqlAllowances
from alpha_swarm.ledger.suppression.suppressions import SqlSuppressions
from alpha_swarm.ledger.work.flows import Flows
from alpha_swarm.ledger.work.work import SqlWork

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alpha_swarm.ledger.config import LedgerConfig
    from alpha_swarm.ledger.hashing import IdentityHash
    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.records import Story

#: A lease that ran out this long ago binds nobody any more, and nobody asks for it.
_LEASES_KEPT_SECONDS = 3600.0


class SqlTransaction:
    """Implements ``ports.ledger.Transaction``: the parts share one connection and one time."""

    def __init__(self, session: Session, config: LedgerConfig, hash_identity: IdentityHash) -> None:
        self.session = session
        self._config = config
        self.leads = SqlLeads(session, hash_identity, ranked=Step.INGEST in config.ranked)
        self.work = SqlWork(session, config.holder, config.ranked)
        self._hash = hash_identity
        self.calls = SqlCalls(session, config.caps)
        self.syncs = SqlSyncs(session)
        self.suppressions = SqlSuppressions(session, hash_identity)
        self.inbox = SqlInbox(session, self.suppressions)
        self.runs = SqlRuns(session)
        self.changes = SqlChanges(session)
        self.outbox = SqlOutbox(session, config.ways)
        self.pauses = SqlPauses(session)
        self.pins = SqlPins(session, hash_identity)
        self.providers = SqlProviders(session)
        self.companies = SqlCompanies(session)
        self.executions = SqlExecutions(session)
        self.audit = SqlAudit(session, config.key)
        self.withheld = SqlWithheld(session)
        self._told: list[Story] = []

    @cached_property
    def approvals(self) -> SqlApprovals:
        """What people are asked to allow."""
        return SqlApprovals(self.session)

    @cached_property
    def rights(self) -> SqlRights:
        """What persons may ask for."""
        return SqlRights(self, self._hash, self._config.key, self._config.systems)

    @cached_property
    def allowances(self) -> SqlAllowances:
        """Who was taken off the list again."""
        return SqlAllowances(self.session, self._hash)

    @cached_property
    def duties(self) -> SqlDuties:
        """What is owed to persons."""
        return SqlDuties(self.session)

    @cached_property
    def expiry(self) -> SqlExpiry:
        """What has a lifetime of its own."""
        return SqlExpiry(self.session, self._config.lifetimes)

    @cached_property
    def stored_fields(self) -> SqlStoredFields:
        """What is held and may not be."""
        return SqlStoredFields(self.session, self.leads, self.pins)

    @cached_property
    def informing(self) -> Informing:
        """Who was told that their data is held."""
        return Informing(self.session)

    @cached_property
    def alerts(self) -> SqlAlerts:
        """What stands and somebody has to see to."""
        return SqlAlerts(self.session)

    @cached_property
    def dead_letters(self) -> SqlDeadLetters:
        """What was given up."""
        return SqlDeadLetters(self.session)

    @cached_property
    def replays(self) -> SqlReplays:
        """How it is tried again."""
        return SqlReplays(self.session)

    @cached_property
    def crm_records(self) -> SqlCrmRecords:
        """Which records of the CRMs are which leads."""
        return SqlCrmRecords(self.session, self._hash)

    @cached_property
    def lanes(self) -> SqlLanes:
        """The ways into the enricher's tables."""
        return SqlLanes(self.session)

    @cached_property
    def pulse(self) -> SqlPulse:
        """How far this ledger has come."""
        return SqlPulse(self.session)

    @cached_property
    def idempotency_keys(self) -> IdempotencyKeys:
        """What the HTTP door answered before."""
        return IdempotencyKeys(self.session, self._config.lifetimes.answers)

    @cached_property
    def doubts(self) -> Doubts:
        """Calls of which nobody knows for certain what became of them."""
        return Doubts(self.session)

    @cached_property
    def views(self) -> Views:
        """What people ask."""
        return Views(self.session, self.leads, self._config.caps)

    @cached_property
    def flow(self) -> StepFlows:
        """How the steps get on."""
        return StepFlows(self.session)

    @cached_property
    def trends(self) -> Trends:
        """What executions of the last hours say."""
        return Trends(self.session)

    @cached_property
    def schedule_runs(self) -> ScheduleRuns:
        """When each schedule ran last."""
        return ScheduleRuns(self.session)

    @cached_property
    def figures(self) -> Figures:
        """What is measured."""
        return Figures(self.session)

    @cached_property
    def refusals(self) -> SqlRefusals:
        """How often calls were refused."""
        return SqlRefusals(self.session)

    @cached_property
    def spending(self) -> Spending:
        """Where the money went."""
        return Spending(self.session, self._config.caps)

    def tell(self, stories_told: Iterable[Story]) -> None:
        """Add to the stories of leads, when the transaction ends: in one statement."""
        self._told += stories_told

    def finish(self) -> None:
        """Write what is still to be written before the commit."""
        self.leads.finish()
        stories.tell(self.session, self._told)
        self.calls.finish()
        self.executions.finish()
        self.withheld.finish()
        self.audit.finish()

    def count_intake(
        self, door: str, accepted: int, duplicates: int, rejected: int, batch: str | None = None
    ) -> None:
        """The door's own count, against which the leads are balanced."""
        row = {"at": self.session.now, "door": door, "batch": batch}
        counted = {"accepted": accepted, "duplicates": duplicates, "rejected": rejected}
        self.session.add(intakes, [row | counted])

    def tidy(self) -> None:
        """Remove what has served its time."""
        self.runs.tidy()
        self.crm_records.tidy()
        Flows(self.session).tidy()
        self.providers.tidy()
        self.executions.tidy()
        self.replays.tidy()
        ended = leases.c.expires_at < self.session.now - _LEASES_KEPT_SECONDS
        self.session.run(delete(leases).where(ended))
