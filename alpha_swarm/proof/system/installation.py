"""``alpha-swarm up`` on a stage, killed and started again at will, and what came of its leads."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from alpha_swarm.app import App, build
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.proof import books
from alpha_swarm.proof.system.doors import CommandLine
from alpha_swarm.proof.system.parts import Part, parts
from alpha_swarm.proof.trial import Violation
from alpha_swarm.supervision.stage import Stage, set_up

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.proof.ground import Ground

#: Six workers: Instantly and GoHighLevel have one each.
WORKERS = "ingest=1,enrich=2,sync=1,dlq=1"
#: No key of ours is honoured, webhooks get lost, and a call takes long enough to be killed in it.
_SANDBOX = (
    "--no-limits",
    *("--set", "enrich_seconds=[0,0.3]"),
    *("--set", "webhook_lost=0.1"),
    *("--set", "webhook_duplicate=0.2"),
    *("--set", "idempotency=ignore"),
    *("--set", "call_latency_ms=150"),
)
#: Small batches: much is on its way at every moment.
_BRISK = {"CLAY_POLL_AFTER": "1", "CLAY_BATCH_ROWS": "10", "CLAY_BATCH_ENRICH": "10"}
_LIMITS = ("CLAY_LIMIT_ROWS", "CLAY_LIMIT_ENRICH", "CLAY_LIMIT_UPDATES", "CLAY_LIMIT_EXPORTS")
_OFF = dict.fromkeys((*_LIMITS, "GHL_LIMIT", "INSTANTLY_LIMIT"), "off")
_LOOK_SECONDS = 0.1
_START_SECONDS = 60.0


class Installation:
    """A program under trial; its application here only looks."""

    def __init__(self, stage: Stage, app: App, workers: str) -> None:
        self.stage = stage
        self.app = app
        self.command_line = CommandLine(stage)
        self._workers = workers
        self._running = ExitStack()
        self._up: subprocess.Popen[bytes] | None = None
        self._names: list[str] = []
        self.told: set[str] = set()
        """Lead ids that clients were told."""
        self.ended: list[Violation] = []
        """How the program ended although nobody told it to."""

    def start(self) -> None:
        """Start ``up``."""
        self._up = self._running.enter_context(self.stage.program("--workers", self._workers))

    def keep(self) -> None:
        """Start it again if it ended, and remember that."""
        if self._up is not None and (code := self._up.poll()) is not None:
            if code:
                self.ended.append(Violation("ended", "up", f"with {code}: {self.stage.log_tail()}"))
            self.restart()

    def restart(self) -> None:
        """End what runs, and start it again."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """End it in peace."""
        self._running.close()
        self._up = None

    def kill(self) -> None:
        """``kill -9`` of the supervisor, and a new start."""
        if self._up is not None:
            self._up.kill()
            self._up.wait()
        self.restart()

    def parts(self) -> list[Part]:
        """Its processes but the supervisor."""
        return [] if self._up is None else parts(self._up.pid, self.stage.home)

    def add(self, names: Sequence[str]) -> None:
        """Take people in by the command line's door.

        Raises:
            AlphaSwarmError: not all of them were accepted.
        """
        accepted = self.command_line.add(names)
        if accepted != len(names):
            raise AlphaSwarmError(f"{accepted} of {len(names)} leads were accepted")
        self._names += names

    def wait_for_work(self) -> None:
        """Wait until the first leads have come through Clay's door: what hits before that hits but starts."""
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            states = self.app.status()["leads"]
            if sum(states.values()) > states["received"]:
                return
            time.sleep(_LOOK_SECONDS)

    def settle(self, seconds: float) -> dict[str, Any]:
        """Wait until nothing is on its way or the time is up; the status then."""
        end = time.monotonic() + seconds
        while not (status := self.app.status())["settled"] and time.monotonic() < end:
            self.keep()
            time.sleep(_LOOK_SECONDS)
        return status

    def audit(self) -> tuple[Violation, ...]:
        """What became of everybody who was taken in."""
        with self.app.ledger.read() as tx:
            found = {name: tx.views.find(f"linkedin:{name}") for name in self._names}
        lost = [Violation("lost", name) for name, lead_id in found.items() if lead_id is None]
        accepted = self.told | {lead_id for lead_id in found.values() if lead_id is not None}
        return (*lost, *books.audit(self.app, accepted, self.stage.ledger(detail=True)), *self.ended)


@contextmanager
def installed(
    ground: Ground, name: str, *, workers: str = WORKERS, environ: Mapping[str, str] | None = None
) -> Iterator[Installation]:
    """An installation on a ledger of its own, not yet started; it ends with the block."""
    with ground.ledger() as url:
        variables = {**_OFF, **_BRISK, "DATABASE_URL": url, **(environ or {})}
        with set_up(name, sandbox=_SANDBOX, environ=variables) as stage:
            app = build(stage.settings, holder="proof")
            one = Installation(stage, app, workers)
            try:
                yield one
            finally:
                one.stop()
                app.close()
