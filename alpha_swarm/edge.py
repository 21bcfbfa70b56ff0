"""What stands between the core and the outside, each part made when it is first asked for."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from alpha_swarm.assembly import crms as crm_assembly
from alpha_swarm.assembly import parts, tables, telling
from alpha_swarm.assembly import policy as policy_assembly
from alpha_swarm.assembly import routing as routing_assembly
from alpha_swarm.clock import SystemClock
from alpha_swarm.coordination.breaker import Breakers
from alpha_swarm.coordination.breaker_gate import BreakerGate
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.gate import RedisGate
from alpha_swarm.coordination.permits import LeasedPermits
from alpha_swarm.domain.doors.who import CLAY
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.pipeline.privacy.introduction import Introduction
from alpha_swarm.pipeline.results.dispatch import Dispatch
from alpha_swarm.queueing.hints import RqHints

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redis import Redis

    from alpha_swarm.config import Settings
    from alpha_swarm.domain.crm.write_rules import RulesFile
    from alpha_swarm.domain.messages.notices import Way
    from alpha_swarm.domain.money.cost import Cost
    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.domain.routing.routing import Routing
    from alpha_swarm.domain.states import Target
    from alpha_swarm.pipeline.privacy.introduction import Names
    from alpha_swarm.ports.crm import Crm
    from alpha_swarm.ports.edge import Gate, Permits
    from alpha_swarm.ports.enricher import Enricher
    from alpha_swarm.ports.notifier import Notifier
    from alpha_swarm.tracing import Tracing


class Edge:
    """One process's ledger, and its ways to Redis, Clay and the CRMs."""

    def __init__(self, settings: Settings, holder: str) -> None:
        self.settings = settings
        self.ledger = SqlLedger(parts.ledger_config(settings, holder))
        self.clock = SystemClock()
        self._open = ExitStack()
        self._open.callback(self.ledger.close)

    @cached_property
    def redis(self) -> Redis:
        """The queue's server; nothing is sent before it is used."""
        return connect(parts.redis_url(self.settings))

    @cached_property
    def hints(self) -> RqHints:
        """Hints to the workers of this installation."""
        return RqHints(self.redis, parts.hint_batches(self.settings))

    @cached_property
    def breakers(self) -> Breakers:
        """Who is left alone because too many calls failed; all processes share it."""
        return Breakers(self.redis)

    @cached_property
    def limits(self) -> RedisGate:
        """How much may go out in what time; all processes share it."""
        settings = self.settings
        return RedisGate(self.redis, parts.limits(settings), self.clock, parts.scopes(settings))

    @cached_property
    def gate(self) -> Gate:
        """Breakers, then the limits; what passes is traced."""
        gate = BreakerGate(self.breakers, self.limits, self.clock)
        return gate if self.tracing is None else self.tracing.gate(gate)

    @cached_property
    def tracing(self) -> Tracing | None:
        """Traces, where there is an address for them."""
        tracing = parts.tracing(self.settings)
        if tracing is not None:
            self._open.callback(tracing.close)
        return tracing

    @cached_property
    def permits(self) -> Permits | None:
        """Calls under way, counted over all processes."""
        permits = LeasedPermits(self.redis, self.clock)
        self._open.callback(permits.close)
        return permits

    @cached_property
    def enricher(self) -> Enricher:
        """Clay."""
        ledger = self.ledger
        enricher = parts.enricher(self.settings, self.gate, ledger.facts, self.clock, ledger.lanes)
        self._open.callback(enricher.close)
        return enricher

    @cached_property
    def write_rules(self) -> RulesFile:
        """Who has authority over which field of a CRM."""
        return tables.write_rules(self.settings)

    @cached_property
    def crms(self) -> Mapping[Target, Crm]:
        """The configured CRMs."""
        seal = parts.token_seal(self.settings)
        crms = crm_assembly.crms(self.settings, self.gate, self.ledger.facts, self.clock, seal)
        for crm in crms.values():
            self._open.callback(crm.close)
        return crms

    @cached_property
    def reservation(self) -> Cost:
        """What is set aside for a lead before it is paid for."""
        return tables.reservation(self.settings)

    @cached_property
    def notifiers(self) -> Mapping[Way, Notifier]:
        """Whoever tells people."""
        notifiers = telling.notifiers(self.settings, self.gate, self.clock)
        for notifier in notifiers.values():
            self._open.callback(notifier.close)
        return notifiers

    @cached_property
    def policy(self) -> PrivacyPolicy:
        """What is never taken, what needs consent, and who may get what."""
        return policy_assembly.privacy_policy(self.settings)

    @cached_property
    def dispatch(self) -> Dispatch:
        """The way into the CRMs."""
        return Dispatch(self.routing, self.policy, informed_first=self.settings.privacy.notice_first)

    @cached_property
    def routing(self) -> Routing:
        """Who goes where."""
        return routing_assembly.routing(self.settings)

    @property
    def introduction(self) -> Introduction:
        """Whom a record is about that the ledger does not know."""
        return Introduction(self.ledger, self._names_in, self.clock)

    def _names_in(self, system: str) -> Names | None:
        if system == CLAY:
            return self.enricher.names
        target = next((one for one in self.settings.sync_targets if one.value == system), None)
        return self.crms[target].names if target else None

    def close(self) -> None:
        """Give back what is open."""
        self._open.close()
