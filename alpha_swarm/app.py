"""The composition root: builds everything from the settings, each part when it is first asked for."""

from __future__ import annotations

import random
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from alpha_swarm import assembly
from alpha_swarm.coordination.marks import OutsideMarks
from alpha_swarm.domain.states import State, Step
from alpha_swarm.domain.status import status
from alpha_swarm.edge import Edge
from alpha_swarm.errors import NotReadyError, RetryLaterError
from alpha_swarm.ledger.accounts import Accounts
from alpha_swarm.ledger.daily import reconcile_yesterday
from alpha_swarm.ledger.migrate import migrate
from alpha_swarm.ledger.views import STRANDED
from alpha_swarm.pipeline.acceptance import Acceptance
from alpha_swarm.pipeline.collect import Collect
from alpha_swarm.pipeline.drive import Drive
from alpha_swarm.pipeline.effects import Effects
from alpha_swarm.pipeline.enrich import Enrich
from alpha_swarm.pipeline.flights import Flights
from alpha_swarm.pipeline.inbox import ReadInbox
from alpha_swarm.pipeline.ingest import Ingest
from alpha_swarm.pipeline.known_companies import KnownCompanies
from alpha_swarm.pipeline.receive import Receive
from alpha_swarm.pipeline.reconcile import Reconcile
from alpha_swarm.pipeline.refresh import Refresh
from alpha_swarm.pipeline.replay import Replay
from alpha_swarm.pipeline.retries import Retries
from alpha_swarm.pipeline.sweep import Sweep
from alpha_swarm.pipeline.sync import Sync
from alpha_swarm.pipeline.write_back import WriteBack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.config import Settings
    from alpha_swarm.ledger.ledger import SqlTransaction
    from alpha_swarm.pipeline.effect import Effect

CLAY_WEBHOOKS = "clay"
#: No batch takes so long: its lease has run out by then.
_STUCK_SECONDS = 300.0
_DAY_SECONDS = 86400.0


class App(Edge):
    """One process's Alpha Swarm; with ``patience`` batches that take longer go on by themselves."""

    def __init__(self, settings: Settings, holder: str, patience: float | None = None) -> None:
        super().__init__(settings, holder)
        self.flights = Flights(self._clock, patience)

    @cached_property
    def receive(self) -> Receive:
        """The doors' way in."""
        return Receive(self.ledger, self.hints)

    @cached_property
    def refresh(self) -> Refresh:
        """The way back to the start."""
        return Refresh(self.ledger, self.enricher.capabilities)

    def run(self, step: Step, lead_ids: list[str]) -> None:
        """Do a step for these leads, as far as it is due and free."""
        if step is Step.COLLECT:
            self.flights.run(lambda: self._collect.run(lead_ids), step)
        else:
            effect = self._effect(step)
            self.flights.run(lambda: self._effects.run(effect, lead_ids), step)

    def follow(self, step: Step, lead_ids: Sequence[str]) -> None:
        """Do a step for those whose turn it is; whom the hint names are only some of them."""
        del lead_ids
        if step is Step.COLLECT:
            self.flights.run(self._collect.run_due, step)
        else:
            self.flights.run(lambda: self._effects.run_due(self._effect(step)), step)

    def read_inbox(self) -> None:
        """Read the webhooks that wait."""
        ReadInbox(self.ledger, self.hints, self.enricher, self._acceptance).run()

    def replay(self) -> None:
        """Try dead letters again whose time has come."""
        Replay(self.ledger, self.hints).run()

    def tidy(self) -> None:
        """Remove what has served its time, and audit the books."""
        with self.ledger.begin() as tx:
            tx.tidy()
        with self.ledger.read() as tx:
            stranded = tx.views.audit()
        self.ledger.facts.put(STRANDED, str(stranded))
        reconcile_yesterday(self.ledger)

    def sweep(self) -> None:
        """Send a hint for whatever is due."""
        Sweep(self.ledger, self.hints).run()

    def beat(self) -> None:
        """Find out whether the ledger was put back from a copy; before the first call, and now and then."""
        Reconcile(self.ledger, self._marks, cost=self.settings.clay.estimate).beat()

    def free(self, holder: str) -> int:
        """End the leases of a worker that is known to be dead."""
        with self.ledger.begin() as tx:
            return tx.work.free(holder)

    def stuck(self) -> bool:
        """Whether a batch has been on its way for so long that only a new process will help."""
        return self.flights.longest() > _STUCK_SECONDS

    def drive(self, lead_id: str, seconds: float) -> State:
        """Take one lead through everything that is owed to it."""
        return Drive(self.ledger, self._clock, self.run).to_rest(lead_id, seconds)

    def receive_webhook(self, bodies: Sequence[bytes]) -> None:
        """Store webhooks durably, then have them read."""
        with self.ledger.begin() as tx:
            tx.inbox.put(CLAY_WEBHOOKS, bodies)
        self.hints.inbox()

    def status(self) -> dict[str, Any]:
        """What ``status --json`` prints."""
        with self.ledger.read() as tx:
            counts = tx.views.counts()
        depths = self._depths()
        # Where the queues cannot be asked, the breakers cannot either.
        breakers = self._breaker_states() if depths is not None else dict.fromkeys(self._parties)
        return status(counts, depths, self.settings.clay.caps, breakers)

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

    def _accounts(self, tx: SqlTransaction) -> Accounts:
        clay = self.settings.clay
        return Accounts(tx.spending, clay.caps, assembly.costs(self.settings), clay.estimate)

    def doubts(self) -> dict[str, list[dict[str, Any]]]:
        """What ``calls --json`` prints."""
        with self.ledger.read() as tx:
            doubts = tx.doubts
            return {"unknown": doubts.unknown(), "possible_double_charges": doubts.possible_double_charges()}

    def targets(self) -> list[dict[str, Any]]:
        """Whom we talk to: ``{target, breaker, paused, why}``; the breaker is ``unknown`` without Redis."""
        with self.ledger.read() as tx:
            pauses = tx.pauses.current()
        return [
            {
                "target": name,
                "breaker": breaker or "unknown",
                "paused": name in pauses,
                "why": pauses.get(name),
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

    @property
    def _parties(self) -> tuple[str, ...]:
        return ("clay", *(target.value for target in self.settings.sync_targets))

    @cached_property
    def _marks(self) -> OutsideMarks:
        return OutsideMarks(self.settings.home, self.redis)

    @cached_property
    def _effects(self) -> Effects:
        effects = Effects(self.ledger, self.hints, self._retries, self._clock, self.permits)
        self._open.callback(effects.close)
        return effects

    @cached_property
    def _retries(self) -> Retries:
        return Retries(random.uniform, self._clock)

    @cached_property
    def _acceptance(self) -> Acceptance:
        weights, clay = assembly.weights(self.settings), self.settings.clay
        fills = clay.known_companies == "fill"
        return Acceptance(
            weights,
            self.settings.sync_targets,
            self._clock,
            assembly.costs(self.settings),
            clay.estimate,
            KnownCompanies(weights, clay.known_company_days * _DAY_SECONDS) if fills else None,
        )

    @cached_property
    def _collect(self) -> Collect:
        clay = self.settings.clay
        return Collect(
            self.ledger,
            self.hints,
            self.enricher,
            self._acceptance,
            self._retries,
            self._clock,
            first_poll=clay.first_poll,
            hard_deadline=clay.hard_deadline,
        )

    def _effect(self, step: Step) -> Effect:
        if step.target is not None:
            in_flight = assembly.in_flight(self.settings, step.target)
            return Sync(self.crms[step.target], in_flight)
        clay = self.settings.clay
        if step is Step.INGEST:
            return Ingest(self.enricher, clay.in_flight)
        if step is Step.ENRICH:
            first_poll = assembly.first_question(clay)
            return Enrich(self.enricher, clay.in_flight, cost=clay.estimate, first_poll=first_poll)
        return WriteBack(self.enricher, clay.in_flight, assembly.RETENTION_DAYS)

    def _breaker_states(self) -> Mapping[str, str | None]:
        try:
            return {name: self.breakers.state(name).value for name in self._parties}
        except NotReadyError:
            return dict.fromkeys(self._parties)

    def _depths(self) -> Mapping[str, int] | None:
        try:
            return self.hints.depths()
        except RetryLaterError:
            return None


_installed: list[App] = []


def build(settings: Settings, *, holder: str, patience: float | None = None) -> App:
    """An application on a ledger of the newest shape.

    Raises:
        ConfigurationError: the ledger cannot be opened, or a setting is wrong.
    """
    if settings.database_url is None:
        assembly.make_home(settings)
    migrate(assembly.database_url(settings))
    return App(settings, holder, patience)


def install(app: App) -> None:
    """Make it the one that the jobs of this process use."""
    _installed[:] = [app]


def current() -> App:
    """The application of this process."""
    return _installed[0]
