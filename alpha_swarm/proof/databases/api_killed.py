"""The HTTP door is killed while clients bring leads."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.app import App
from alpha_swarm.proof.databases.door import Client, open_door
from alpha_swarm.proof.trial import Result, Trial, Violation
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.proof.ground import Ground
    from alpha_swarm.supervision.stage import Stage

_CLIENTS = 4
_BATCH = 10
#: A known share of each batch: people that another client brings, too.
_SHARED = 3
_RETRY_SECONDS = 0.05


class AcceptedIsDurable(Trial):
    """Every id in an answer stands in the ledger, and bringing everything once more adds nothing."""

    name: ClassVar[str] = "the HTTP door is killed"
    guarantees: ClassVar[tuple[int, ...]] = (1,)
    seconds: ClassVar[float] = 12.0

    def __init__(
        self, *, kills: int = 3, longest_pause: float = 0.6, environ: Mapping[str, str] | None = None
    ) -> None:
        """``longest_pause``: seconds until a door that has opened is killed."""
        self._kills = kills
        self._longest_pause = longest_pause
        self._environ = environ

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Clients bring batch after batch, each until it was answered; the door dies in between."""
        with (
            ground.ledger() as url,
            set_up("door", environ={"DATABASE_URL": url, **(self._environ or {})}) as stage,
        ):
            with bringing(stage) as bringers:
                hits = [self._kill(stage, bringers, chance) for _ in range(self._kills)]
                for one in bringers:
                    one.last()
                with open_door(stage):
                    for one in bringers:
                        one.join()
                    added = sum(one.once_more() for one in bringers)
            found = list(_missing(stage, bringers))
        if added:
            found.append(Violation("duplicated", "leads", f"{added} were added by bringing them once more"))
        return Result(sum(hits), tuple(found))

    def _kill(self, stage: Stage, bringers: Sequence[Bringer], chance: random.Random) -> bool:
        """Whether a request was in the door's hands."""
        before = sum(one.client.broken for one in bringers)
        with open_door(stage) as door:
            time.sleep(chance.uniform(0.0, self._longest_pause))
            door.kill()
            door.wait()
            time.sleep(_RETRY_SECONDS * 2)
        return sum(one.client.broken for one in bringers) > before


class Bringer(threading.Thread):
    """A client that brings batch after batch until it is told that the next one is the last."""

    def __init__(self, stage: Stage, number: int) -> None:
        super().__init__(name=f"bringer-{number}", daemon=True)
        self.client = Client(stage)
        self.brought: list[list[str]] = []
        self._number = number
        self._last = threading.Event()

    def last(self) -> None:
        """No further batch."""
        self._last.set()

    def run(self) -> None:
        """Each batch until its answer."""
        while not self._last.is_set():
            batch = self._next()
            self.brought.append(batch)
            while self.client.post(batch) is None:
                time.sleep(_RETRY_SECONDS)

    def once_more(self) -> int:
        """Everything again; how many were new to the door."""
        return sum(self.client.post(batch) or 0 for batch in self.brought)

    def _next(self) -> list[str]:
        round_ = len(self.brought)
        shared = [f"shared-{round_}-{index}" for index in range(_SHARED)]
        own = [f"client-{self._number}-{round_}-{index}" for index in range(_BATCH - _SHARED)]
        return [*shared, *own]


@contextmanager
def bringing(stage: Stage) -> Iterator[list[Bringer]]:
    """Several clients at work."""
    with ExitStack() as opened:
        bringers = [Bringer(stage, number) for number in range(_CLIENTS)]
        for one in bringers:
            opened.callback(one.client.close)
            one.start()
        yield bringers


def _missing(stage: Stage, bringers: Sequence[Bringer]) -> Iterator[Violation]:
    people = {name for one in bringers for batch in one.brought for name in batch}
    with closing(App(stage.settings, "proof")) as app:
        with app.ledger.read() as tx:
            standing = {lead.id for lead in tx.leads.walk([])}
            found = {name: tx.views.find(f"linkedin:{name}") for name in people}
        if not app.status()["balanced"]:
            yield Violation("unbalanced", "status")
    for one in bringers:
        for name, lead_id in sorted(one.client.told):
            if lead_id not in standing:
                yield Violation("lost", lead_id, name)
            elif found[name] != lead_id:
                yield Violation("duplicated", name, f"{lead_id} and {found[name]}")
    if len(standing) != len(people):
        yield Violation("unexpected", "leads", f"{len(standing)} of {len(people)} people")
