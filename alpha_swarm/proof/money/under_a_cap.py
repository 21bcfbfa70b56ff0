"""Many workers under one cap, killed and with replies lost: the bill stays under it and equals the books."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

from alpha_swarm.domain.states import State
from alpha_swarm.proof.answers.scene import accept, people, scene
from alpha_swarm.proof.answers.settling import recover, settle
from alpha_swarm.proof.money.bill import Bill
from alpha_swarm.proof.money.crew import Crew
from alpha_swarm.proof.trial import Result, Trial, Violation

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Iterator, Mapping

    from alpha_swarm.app import App
    from alpha_swarm.proof.answers.scene import Scene
    from alpha_swarm.proof.ground import Ground
    from alpha_swarm.supervision.stage import Stage

_LOST = 0.1
_LONGEST_SECONDS = 15.0
_BETWEEN_KILLS = (0.1, 0.8)
#: Credits are sums of tenths in floating point on both sides.
_ROUNDING = 0.01


class UnderACap(Trial):
    """Four processes with eight workers each, killed now and then; a tenth of all replies is lost."""

    name: ClassVar[str] = "32 workers under one cap"
    guarantees: ClassVar[tuple[int, ...]] = (8,)
    seconds: ClassVar[float] = 20.0

    def __init__(
        self,
        *,
        leads: int = 60,
        kills: int = 2,
        processes: int = 4,
        threads: int = 8,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """``environ``: variables of the workers' processes."""
        self._leads = leads
        self._kills = kills
        self._processes = processes
        self._threads = threads
        self._environ = environ or {}

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Work under a cap with room for about half, until nothing moves."""
        cap = float(chance.randrange(150, 350))
        variables = {
            "CLAY_CREDITS_PER_MONTH": f"{cap:g}",
            "CLAY_BATCH_ROWS": "4",
            "CLAY_BATCH_ENRICH": "2",
        }
        with ground.ledger() as url, scene(url, chance, "call_latency_ms=100", **variables) as one:
            app = one.app()
            for operation in ("addRows", "enrichRows"):
                one.stage.fault(service="clay", operation=operation, fault="reset", when="after", share=_LOST)
            accepted = accept(app, people(chance, self._leads))
            with Bill(one.stage) as bill:
                killed = self._work(one, app, chance)
                settle(app, one.stage)
                lost = sum(fault["fired"] for fault in one.stage.faults())
                recover(app, one.stage)
            figures = {"looks": bill.looks, "cap": cap, "bill": bill.now(), "replies lost": lost}
            found = (*one.audit(app, accepted), *_verdict(app, one, bill, cap))
            return Result(killed + lost, found, {**figures, "batches of the killed": killed})

    def _work(self, one: Scene, app: App, chance: random.Random) -> int:
        """Until the crew was killed as often as it should be, and then the rest of it; batches in hand."""
        home = one.stage.home
        crew = Crew(home, {**one.environ, **self._environ}, self._processes, self._threads, self._kills)
        landed = 0
        try:
            for _ in range(self._kills):
                crew.start()
                time.sleep(chance.uniform(*_BETWEEN_KILLS))
                landed += crew.kill(app, 1)
            crew.start()
            _wait_for_the_cap(app, one.stage)
            time.sleep(chance.uniform(*_BETWEEN_KILLS))
        finally:
            landed += crew.end(app)
        return landed


def _wait_for_the_cap(app: App, stage: Stage) -> None:
    """Until everybody was paid for, or is held as there is no room for anybody more."""
    end = time.monotonic() + _LONGEST_SECONDS
    while time.monotonic() < end:
        waits = app.status()["leads"]
        if not any(waits[state] for state in (State.RECEIVED, State.SUBMITTED, State.ENRICHING)):
            return
        stage.faults()


def _verdict(app: App, one: Scene, bill: Bill, cap: float) -> Iterator[Violation]:
    status: dict[str, Any] = app.status()
    month, billed = status["credits"]["month"], bill.now()
    if bill.highest > cap + _ROUNDING:
        yield Violation("overdrawn", "cap", f"{bill.highest} billed under a cap of {cap}")
    if abs(month["spent"] - billed) > _ROUNDING or month["reserved"]:
        yield Violation("charged", "books", f"{month} in the ledger, {billed} at the other side")
    yield from _dearer(app, one)


def _dearer(app: App, one: Scene) -> Iterator[Violation]:
    """Whatever the waterfalls and prices say a lead can cost at most, none may cost more."""
    rows: Collection[dict[str, Any]] = one.stage.ledger(detail=True)["clay"]["row_list"]
    dearest = max((row["credits"] for row in rows), default=0.0)
    most = app.reservation.credits
    if dearest > most:
        yield Violation("unexpected", "sandbox", f"{dearest} credits for a lead, {most} reserved")
