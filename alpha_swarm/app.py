"""The composition root: builds everything from the settings, each part when it is first asked for."""

from __future__ import annotations

import random
from contextlib import ExitStack
from functools import cached_property, partial
from typing import TYPE_CHECKING

from alpha_swarm.assembly import parts
from alpha_swarm.coordination.marks import OutsideMarks
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ledger.migrate import migrate
from alpha_swarm.news import CrmNews
from alpha_swarm.pipeline.drive import Drive
from alpha_swarm.pipeline.effects.effects import Effects
from alpha_swarm.pipeline.effects.retries import Retries
from alpha_swarm.pipeline.inbox import CLAY
from alpha_swarm.pipeline.receive import Receive
from alpha_swarm.pipeline.reconcile import Reconcile
from alpha_swarm.results import Results
from alpha_swarm.steps import effect_of
from alpha_swarm.upkeep import Upkeep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from alpha_swarm.config import Settings
    from alpha_swarm.pipeline.effects.effect import Effect
    from alpha_swarm.pipeline.results.import_results import ImportResults

#: No batch takes so long: its lease has run out by then.
_STUCK_SECONDS = 300.0


class App(Upkeep):
    """One process's Alpha Swarm."""

    _laid_over = False
    """Whether the list of those who are not to come back was laid over this ledger."""

    @cached_property
    def receive(self) -> Receive:
        """The doors' way in."""
        return Receive(self.ledger, self.hints)

    @cached_property
    def news(self) -> CrmNews:
        """What CRMs tell of their own accord."""
        return CrmNews(self, self.receive, self.rights.told, self.clock)

    def run(self, step: Step, lead_ids: list[str]) -> None:
        """Do a step for these leads, as far as it is due and free."""
        if step is Step.COLLECT:
            self._fly(step, lambda: self._results.collect.run(lead_ids))
        else:
            self._fly(step, lambda: self._effects.run(self._effect(step), lead_ids))

    def follow(self, step: Step, lead_ids: Sequence[str]) -> None:
        """Do a step for those whose turn it is; whom the hint names are only some of them."""
        del lead_ids
        if step is Step.COLLECT:
            self._fly(step, self._results.collect.run_due)
        else:
            self._fly(step, lambda: self._effects.run_due(self._effect(step)))

    def _effect(self, step: Step) -> Effect:
        """A new one for each batch: it remembers whom it has seen, and a flight may go on with another."""
        return effect_of(step, self, self._results.closing)

    def _fly(self, step: Step, act: Callable[[], None]) -> None:
        traced = act if self.tracing is None else partial(self.tracing.batch, step.value, act)
        self.flights.run(traced, step)

    def read_inbox(self) -> None:
        """Read the webhooks that wait; a CRM that answers slowly holds up no results."""
        self._results.inbox.run()
        self.flights.run(self.news.read, "news")

    def acts(self) -> dict[str, Callable[[], object]]:
        """What each schedule does."""
        return {**super().acts(), "pull": self.pull, "export": self._results.late.bring_in}

    def pull(self) -> None:
        """Ask the CRMs for contacts that were changed; one that answers slowly holds up no dead letters."""
        self.flights.run(self.news.pull, "pull")

    def beat(self) -> None:
        """Find out whether the ledger was put back from a copy; before the first call, and now and then."""
        starts = self.settings.clay.transport != "rest"
        reconcile = Reconcile(self.ledger, self._marks, cost=self.reservation, submitting_starts=starts)
        # Another process may have found it first, so each looks before its own first call.
        if reconcile.beat() or not self._laid_over:
            self.rights.lay_over()
            self._laid_over = True
        self._book_refusals()

    def _book_refusals(self) -> None:
        refused = self.limits.refusals.take()
        if refused:
            with self.ledger.begin() as tx:
                tx.refusals.add(refused)

    def free(self, holder: str) -> int:
        """End the leases of a worker that is known to be dead."""
        with self.ledger.begin() as tx:
            return tx.work.free(holder)

    def stuck(self) -> bool:
        """Whether a batch has been on its way for so long that only a new process will help."""
        return self.flights.longest() > _STUCK_SECONDS

    def drive(self, lead_id: str, seconds: float) -> State:
        """Take one lead through everything that is owed to it."""
        return Drive(self.ledger, self.clock, self.run).to_rest(lead_id, seconds)

    def receive_webhook(self, bodies: Sequence[bytes], source: str = CLAY) -> None:
        """Store webhooks durably, then have them read."""
        with self.ledger.begin() as tx:
            tx.inbox.put(source, bodies)
        self.hints.inbox()

    @property
    def import_results(self) -> ImportResults:
        """The way in for results that a person brings."""
        return self._results.importing

    @cached_property
    def _marks(self) -> OutsideMarks:
        return OutsideMarks(self.settings.home, self.redis)

    @cached_property
    def _effects(self) -> Effects:
        effects = Effects(
            self.ledger,
            self.hints,
            self._retries,
            self.clock,
            self.permits,
            flush_interval=self.settings.clay.flush_interval,
        )
        self._open.callback(effects.close)
        return effects

    @cached_property
    def _retries(self) -> Retries:
        return Retries(random.uniform, self.clock)

    @cached_property
    def _results(self) -> Results:
        return Results(self, self._retries, self.clock)


_installed: list[App] = []


def build(settings: Settings, *, holder: str, patience: float | None = None) -> App:
    """An application on a ledger of the newest shape.

    Raises:
        ConfigurationError: the ledger cannot be opened, or a setting is wrong.
    """
    if settings.database_url is None:
        parts.make_home(settings)
    migrate(parts.database_url(settings))
    app = App(settings, holder, patience)
    with ExitStack() as unless_ready:
        unless_ready.callback(app.close)
        _make_ready(app)
        unless_ready.pop_all()
    return app


def _make_ready(app: App) -> None:
    app.ledger.require_keys()
    if app.settings.clay.caps.capped:
        app.rank_waiting()
    # Whoever mistyped a rule hears of it now, and not when the first result comes.
    _ = app.routing
    _ = app.policy
    _ = app.tracing
    if app.settings.clay.transport == "webhook":
        app.lanes.bring_in()


def install(app: App) -> None:
    """Make it the one that the jobs of this process use."""
    _installed[:] = [app]


def current() -> App:
    """The application of this process."""
    return _installed[0]
