"""What people see of an installation, and what they do with it by hand."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from alpha_swarm.assembly import tables
from alpha_swarm.assembly.lanes import lanes
from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.domain.lanes import NO_LANE
from alpha_swarm.domain.letters.replay_plan import ReplayRules
from alpha_swarm.domain.states import State, Step
from alpha_swarm.edge import Edge
from alpha_swarm.errors import NotReadyError
from alpha_swarm.ledger.health.figures import LEARNED
from alpha_swarm.ledger.money.accounts import Accounts
from alpha_swarm.ledger.reporting.access import access
from alpha_swarm.ledger.reporting.report import Recorded, Report, Standards
from alpha_swarm.pipeline.crm.asked_syncs import AskedSyncs
from alpha_swarm.pipeline.crm.desk import CrmDesk
from alpha_swarm.pipeline.crm.resync import Resync
from alpha_swarm.pipeline.lane_desk import LaneDesk
from alpha_swarm.pipeline.letters.desk import LetterDesk
from alpha_swarm.pipeline.letters.reckoning import Reckoning
from alpha_swarm.pipeline.messages.approvals import Approvals
from alpha_swarm.pipeline.privacy.apply_policy import ApplyPolicy
from alpha_swarm.pipeline.privacy.rights.carrying_out import CarryOut, OtherSides
from alpha_swarm.pipeline.privacy.rights.desk import RightsDesk
from alpha_swarm.pipeline.put_right import PutRight
from alpha_swarm.steps import contacts_of, started

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.calls.breaker import BreakerState
    from alpha_swarm.ledger.reporting.samples import SqlSamples
    from alpha_swarm.ledger.transaction import SqlTransaction

#: The fact in which the last report stands.
KEPT_REPORT = "report.kept"
#: Volume is told of a month, whatever the report is of.
_LONGEST_SPAN_DAYS = 30
#: So many of the last executions say which errors there are.
_LATEST_EXECUTIONS = 1000


class Desk(Edge):
    """Budget, targets, lanes and the records of the CRMs."""

    def budget(self) -> dict[str, Any]:
        """What ``budget --json`` prints."""
        with self.ledger.read() as tx:
            report = self._accounts(tx).report()
            held = tx.views.counts().states[State.HELD]
        return {**report, "held": held}

    def forecast(self, number: int) -> dict[str, Any]:
        """What so many more leads will cost."""
        with self.ledger.read() as tx:
            return self._accounts(tx).forecast(number)

    @cached_property
    def dead_letters(self) -> LetterDesk:
        """What was given up, and how it is tried again."""
        return LetterDesk(self.ledger, lambda: self.replay_rules, self._reckoning, self._replay_price)

    @cached_property
    def replay_rules(self) -> ReplayRules:
        """What of this installation decides on a replay."""
        capabilities = self.enricher.capabilities
        return ReplayRules(
            targets=frozenset(self.settings.sync_targets),
            starts=capabilities.start_batch > 0,
            tells_rows=capabilities.update_batch > 0,
            looks_up=capabilities.looks_up,
        )

    def _reckoning(self) -> Reckoning:
        look_up, previews = partial(started, self), self.crm_desk.previews
        return Reckoning(self.ledger, self.replay_rules, self.reservation, look_up, previews)

    def _replay_price(self, again: Sequence[str], first: int) -> dict[str, Any]:
        with self.ledger.read() as tx:
            return self._accounts(tx).replay(tx.spending.last_paid(again), len(again), first)

    def report(self, days: int = 30) -> dict[str, Any]:
        """What ``report --json`` prints: of all leads, and of so many days one by one."""
        wanted = self.settings.quality
        standards = Standards(required=wanted.required, threshold=wanted.threshold)
        with self.ledger.read() as tx:
            since = tx.session.now - max(days, _LONGEST_SPAN_DAYS) * 86_400.0
            recorded = Recorded(tx.executions.hours(since), tx.executions.recent(limit=_LATEST_EXECUTIONS))
            return Report(tx.session, self.settings.clay.caps, standards, days, recorded).written()

    def latest_report(self) -> dict[str, Any] | None:
        """The report as it was kept last, at most a quarter of an hour ago while the clock runs; at once.

        It has ``reckoned_in_seconds`` besides. ``None`` before the first was kept.
        """
        kept = self.ledger.facts.look(KEPT_REPORT)
        return dict(json.loads(kept)) if kept else None

    def access(self, month: str | None = None) -> dict[str, Any]:
        """Who got or saw personal data in a month (``YYYY-MM``); this one, where none is named.

        Raises:
            UserError: that is no month.
        """
        with self.ledger.read() as tx:
            return access(tx.session, month or tx.views.today().strftime("%Y-%m"))

    @property
    def samples(self) -> SqlSamples:
        """Drawn values, for people who say whether they are right."""
        return self.ledger.samples

    def _accounts(self, tx: SqlTransaction) -> Accounts:
        clay = self.settings.clay
        return Accounts(
            tx.spending,
            clay.caps,
            tables.costs(self.settings),
            usual=clay.estimate,
            most=tables.dearest_lead(self.settings),
        )

    def figures(self) -> dict[str, Any]:
        """What ``/metrics`` shows beside the status; ``learned`` is as of the last housekeeping."""
        with self.ledger.read() as tx:
            figures = tx.figures.all()
        return {**figures, "prices": self._prices}

    def learn_costs(self) -> None:
        """Remember what takes a look at every result, for those who ask all the time."""
        with self.ledger.read() as tx:
            learned = self._accounts(tx).learned()
        self.ledger.facts.put(LEARNED, json.dumps(learned))

    @cached_property
    def _prices(self) -> Mapping[str, float]:
        """Provider → credits for its part in a result."""
        prices = tables.costs(self.settings).prices
        return {name: price.hit for name, price in prices.items()}

    def doubts(self) -> dict[str, list[dict[str, Any]]]:
        """What ``calls --json`` prints."""
        with self.ledger.read() as tx:
            doubts = tx.doubts
            return {"unknown": doubts.unknown(), "possible_double_charges": doubts.possible_double_charges()}

    def targets(self) -> list[dict[str, Any]]:
        """Whom we talk to: ``{target, breaker, paused, why, not_kept, limits}``; without Redis a part."""
        with self.ledger.read() as tx:
            pauses, not_kept = tx.pauses.current(), tx.views.not_kept()
        limits = self.limits.standing()
        return [
            {
                "target": name,
                "breaker": breaker or "unknown",
                "paused": name in pauses,
                "why": pauses.get(name),
                "not_kept": not_kept.get(name, 0),
                "limits": [one for one in limits if one["limit"].partition(".")[0] == name],
            }
            for name, breaker in self._breaker_states().items()
        ]

    def pause(self, party: str, seconds: float) -> None:
        """Leave a target alone; the last word holds."""
        with self.ledger.begin() as tx:
            tx.pauses.resume(party)
            tx.pauses.pause(party, "paused by hand", seconds)

    def resume(self, party: str) -> None:
        """End a target's pause; what waited for it is due at once, and an open breaker lets one call try."""
        with suppress(NotReadyError):
            self.breakers.act(party, "retry")
        with self.ledger.begin() as tx:
            tx.pauses.resume(party)
            tx.work.hasten_all([step for step in Step if step.party == party])

    @cached_property
    def lanes(self) -> LaneDesk:
        """The ways into Clay's tables, for people."""
        settings = self.settings
        return LaneDesk(self.ledger.lanes, lanes(settings), settings.clay.margins, self._make_way)

    @cached_property
    def rights(self) -> RightsDesk:
        """What persons may ask for."""
        outside = HomeList(self.settings.home)
        carry_out = CarryOut(self.ledger, outside, self.ledger, self._other_sides)
        crms = self.settings.sync_targets if self.settings.retention_in_crms else ()
        kept_no_longer = (Step.ENRICH.party, *(target.value for target in crms))
        own = (self.ledger, carry_out, outside, self.ledger.facts, self.clock)
        return RightsDesk(*own, introduction=self.introduction, retention_systems=kept_no_longer)

    @property
    def _other_sides(self) -> OtherSides:
        contacts = partial(contacts_of, self)
        put_right = PutRight(self.ledger, lambda: self.crms, lambda: self.enricher, contacts, self.policy)
        return OtherSides(
            crms=lambda: {target.value: crm for target, crm in self.crms.items()},
            rows=lambda: self.enricher,
            put_right=put_right.run,
        )

    @property
    def resync(self) -> Resync:
        """The way back into the CRMs."""
        return Resync(self.ledger, self.hints, self.dispatch)

    @cached_property
    def crm_desk(self) -> CrmDesk:
        """The CRMs' records, for people."""
        return CrmDesk(self.ledger, self.crms, partial(contacts_of, self), self.routing, self.clock)

    @cached_property
    def approvals(self) -> Approvals:
        """What people are asked to allow."""
        return Approvals(self.ledger, self.settings.slack.approvers)

    @property
    def apply_policy(self) -> ApplyPolicy:
        """What is held against the privacy policy."""
        return ApplyPolicy(self.ledger, self.policy, tables.weights(self.settings))

    @property
    def asked_syncs(self) -> AskedSyncs:
        """Syncs that are asked for."""
        return AskedSyncs(self.ledger, self.crm_desk)

    @property
    def _by_lanes(self) -> bool:
        return self.settings.clay.transport == "webhook"

    def _make_way(self) -> None:
        """A pause for want of a lane is over; one for another reason is not."""
        with self.ledger.read() as tx:
            waits = tx.pauses.current().get("clay", "").startswith(NO_LANE)
        if waits:
            self.resume("clay")

    @property
    def _parties(self) -> tuple[str, ...]:
        return ("clay", *(target.value for target in self.settings.sync_targets))

    def _breaker_states(self) -> Mapping[str, BreakerState | None]:
        try:
            return {name: self.breakers.state(name) for name in self._parties}
        except NotReadyError:
            return dict.fromkeys(self._parties)
