"""What is done again and again, by the clock or by hand."""

from __future__ import annotations

import json
import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

from alpha_swarm.assembly import parts
from alpha_swarm.config import secrets_in_use
from alpha_swarm.coordination.anchors import AnchorFiles
from alpha_swarm.coordination.home_files import HomeFiles
from alpha_swarm.desk import KEPT_REPORT
from alpha_swarm.domain.doors.deletion_lists import FETCHED
from alpha_swarm.domain.messages.approvals import ApprovalKind
from alpha_swarm.domain.messages.notices import Way
from alpha_swarm.domain.results.completeness import completeness
from alpha_swarm.ledger.daily import reconcile_yesterday
from alpha_swarm.ledger.health.views import STRANDED
from alpha_swarm.ledger.telling import tell_of_access, tell_of_day
from alpha_swarm.overview import COMPLETE, UNINFORMED, Overview
from alpha_swarm.pipeline.effects.flights import Flights
from alpha_swarm.pipeline.letters.ramp import Ramp
from alpha_swarm.pipeline.letters.replay import Replay
from alpha_swarm.pipeline.messages.approved import Approved
from alpha_swarm.pipeline.messages.notify import Notify
from alpha_swarm.pipeline.messages.watch import Watch
from alpha_swarm.pipeline.privacy.auditing import Auditing
from alpha_swarm.pipeline.privacy.expire import Expire
from alpha_swarm.pipeline.refresh import Refresh
from alpha_swarm.pipeline.sweep import Sweep
from alpha_swarm.schedules import SWEEP, Schedules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alpha_swarm.config import Settings

#: Leads that are ranked in a commit: others want to write meanwhile.
_PAGE = 1000
#: Of so many results it is looked at what they hold.
_RESULTS = 500
#: New leads go first: of what the caps leave so much is for old ones.
_SHARE_FOR_OLD = 0.1
_HOURS = 24
_DAY_SECONDS = 86_400.0
#: The fact in which the moment stands at which the ledger's file was written anew.
_COMPACTED = "rights.compacted"


class Upkeep(Overview):
    """With ``patience`` whatever takes longer goes on by itself."""

    def __init__(self, settings: Settings, holder: str, patience: float | None = None) -> None:
        super().__init__(settings, holder)
        self.flights = Flights(self.clock, patience)

    def run_schedule(self, name: str) -> None:
        """What is done again and again, once and now.

        Raises:
            UserError: there is no such schedule.
        """
        self._schedules.run(name)

    def schedules(self) -> list[dict[str, Any]]:
        """What is done again and again: how often, when last, with which result, and when next."""
        return self._schedules.shown()

    def acts(self) -> dict[str, Callable[[], object]]:
        """What each schedule does."""
        return {
            SWEEP: lambda: Sweep(self.ledger, self.hints, self.reservation).run(),
            "tidy": self.tidy,
            "replay": self.replay,
            "advance": self.advance,
            "notify": self.notify,
            "approvals": self.carry_out,
            "reconciliation": lambda: reconcile_yesterday(self.ledger),
            "refresh": self.refresh_old,
            "daily": self.tell_of_yesterday,
            "report": self.keep_report,
            "rights": lambda: self.flights.run(self.rights.go_on, "rights"),
            "retention": self.retain,
            "anchor": self.audit.anchor,
        }

    @cached_property
    def audit(self) -> Auditing:
        """The trail of disclosures, exports, changes and erasures."""
        return Auditing(self.ledger, AnchorFiles(self.settings.home), self.ledger.facts, self.clock)

    def sweep(self) -> None:
        """Send a hint for whatever is due."""
        self._schedules.run(SWEEP)

    def replay(self) -> None:
        """Try dead letters again whose time has come."""
        Replay(self.ledger, self.hints, self.replay_rules).run()

    def advance(self) -> None:
        """Let replays that were applied go on."""
        Ramp(self.ledger, self.hints, self.replay_rules).run()

    def notify(self) -> None:
        """See what stands now, and tell people what lies in the outbox."""
        Watch(self.ledger, self.watched, self.notifiers).run()
        for teller in self._tellers.values():
            teller.run()

    def carry_out(self) -> None:
        """Do what people allowed; a CRM that answers slowly holds up no messages."""
        if Way.SLACK not in self._tellers:
            return
        kinds = dict.fromkeys(ApprovalKind, self.asked_syncs)
        self.flights.run(Approved(self.ledger, self.hints, kinds).run, "approvals")

    def tidy(self) -> None:
        """Remove what has served its time, audit the books, and sum up what is through."""
        with self.ledger.begin() as tx:
            tx.tidy()
        self.ledger.checkpoint()
        self.rank_waiting()
        with self.ledger.read() as tx:
            stranded = tx.views.audit()
        self.ledger.facts.put(STRANDED, str(stranded))
        self.learn_costs()
        # Where nothing calls back, silence says nothing.
        if self._by_lanes and parts.webhook_url(self.settings):
            self.lanes.watch(self.settings.clay.soft_deadline)
        self._measure_results()
        self._count_uninformed()
        self.ledger.secret_ages.note(secrets_in_use(self.settings))
        if Way.SLACK in self._tellers:
            self._tellers[Way.SLACK].summarise()

    def retain(self) -> None:
        """Forget what is kept no longer; once a day nothing stays behind in the file of the ledger."""
        self.rights.retain()
        Expire(self.ledger, HomeFiles(self.settings.home), self.settings.keep.files_days).run()
        last, now = self.ledger.facts.look(_COMPACTED), self.clock.now().timestamp()
        if last is not None and now - float(last) < _DAY_SECONDS:
            return
        self.rights.screen()
        with self.ledger.read() as tx:
            latest = tx.rights.latest(1)
        self.ledger.key_book.sweep()
        if latest and self.ledger.compact():
            self.ledger.facts.put(_COMPACTED, str(now))

    def note_drop(self) -> None:
        """A list of DROP's was taken in."""
        self.ledger.facts.put(FETCHED, str(self.clock.now().timestamp()))

    def keep_report(self) -> None:
        """Reckon the report for those who look at it all day."""
        began = self.clock.monotonic()
        report = self.report()
        took = self.clock.monotonic() - began
        self.ledger.facts.put(KEPT_REPORT, json.dumps({**report, "reckoned_in_seconds": round(took, 3)}))

    def tell_of_yesterday(self) -> None:
        """Tell people of yesterday, and of last month who got personal data; each once."""
        if self._tellers:
            tell_of_day(self.ledger, self.report(days=2))
            tell_of_access(self.ledger)

    @cached_property
    def refresh(self) -> Refresh:
        """The way back to the start."""
        return Refresh(self.ledger, self.enricher.capabilities)

    def refresh_old(self) -> None:
        """Enrich old results again, a few at a time, as far as the caps leave room."""
        clay = self.settings.clay
        if not clay.refresh_days:
            return
        with self.ledger.read() as tx:
            room = tx.calls.room(self.reservation).period * _SHARE_FOR_OLD
        most = int(min(math.ceil(clay.refresh_a_day / _HOURS), room))
        self.refresh.some({tier: days * _DAY_SECONDS for tier, days in clay.refresh_days}, most)

    def rank_waiting(self) -> None:
        """Rank leads that came before there was a cap."""
        filled = _PAGE
        while filled == _PAGE:
            with self.ledger.begin() as tx:
                filled = tx.work.rank(_PAGE)

    def _measure_results(self) -> None:
        """How complete the latest results are, for whoever is to be told of it."""
        with self.ledger.read() as tx:
            latest = tx.leads.load(tx.leads.latest(None, _RESULTS), history=False)
        results = [lead.enrichment.values for lead in latest.values() if lead.enrichment]
        share = completeness(results, self.settings.quality.required)
        if share is not None:
            self.ledger.facts.put(COMPLETE, f"{share:.4f}")

    def _count_uninformed(self) -> None:
        """Where nobody was ever informed by the program, people are informed some other way."""
        with self.ledger.read() as tx:
            informs = self.settings.privacy.notice_first or tx.informing.in_use()
            overdue = tx.informing.due(0.0, 1)["overdue"] if informs else 0
        self.ledger.facts.put(UNINFORMED, str(overdue))

    @cached_property
    def _schedules(self) -> Schedules:
        return Schedules(self.ledger, self.clock, self.acts())

    @cached_property
    def _tellers(self) -> Mapping[Way, Notify]:
        fields = self.settings.slack.fields
        policy = self.policy
        return {way: Notify(self.ledger, one, fields, way, policy) for way, one in self.notifiers.items()}
