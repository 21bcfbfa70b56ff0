"""Many workers frozen side by side, so that their time passes for all of them at once."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import delete

from alpha_swarm.app import App
from alpha_swarm.config import load_settings
from alpha_swarm.ledger.schema.tables import facts
from alpha_swarm.proof import rounds
from alpha_swarm.proof.crashing.people import who_go_all_the_way
from alpha_swarm.proof.trial import Violation
from alpha_swarm.proof.zombies.places import Place, choose
from alpha_swarm.proof.zombies.plot import Plot
from alpha_swarm.proof.zombies.verdict import acted, verdict
from alpha_swarm.proof.zombies.zombie import Zombie, freeze

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from alpha_swarm.config import Settings
    from alpha_swarm.supervision.stage import Stage


@dataclass(slots=True)
class Scene:
    """One zombie with what it had in hand."""

    plot: Plot
    place: Place
    zombie: Zombie
    blocks: bool
    """Nobody can overtake whoever holds the database's locks."""
    violations: list[Violation] = field(default_factory=list)


class Graveyard:
    """A ledger for each; a spare one shows which points there are."""

    def __init__(self, stage: Stage, urls: Sequence[str], chance: random.Random) -> None:
        self._stage = stage
        self._chance = chance
        self._plots = list(self._open(urls))
        self.scenes: list[Scene] = []
        self._missed = 0

    def freeze(self) -> None:
        """A worker at each of the places."""
        pioneer, first, *others = self._plots
        # What the very first one finds missing at the other side is there for all others.
        pioneer.bring(pioneer.leased[-1])
        places = choose(dict(self._points(first)), len(others), self._chance)
        for plot, place in zip(others, places, strict=False):
            plot.bring(place.step)
            zombie = freeze(place.number, partial(plot.step, place.step))
            if zombie is None:
                self._missed += 1
            else:
                self.scenes.append(Scene(plot, place, zombie, blocks=plot.writer_waits()))

    def overtake(self) -> None:
        """Somebody else finishes what the frozen had in hand."""
        for scene in self.scenes:
            if not scene.blocks:
                scene.plot.overtake()

    def wait(self, seconds: float) -> None:
        """Until each of them was frozen for so long."""
        last = max((scene.zombie.frozen_at for scene in self.scenes), default=0.0)
        time.sleep(max(0.0, last + seconds - time.monotonic()))

    def thaw(self) -> None:
        """Let them go on, one after the other, and see what they do."""
        for scene in self.scenes:
            before = None if scene.blocks else scene.plot.content()
            scene.zombie.thaw()
            if before is not None:
                scene.violations += acted(scene.zombie, before, scene.plot.content())
            else:
                scene.plot.overtake()

    def verdict(self) -> Iterator[Violation]:
        """Every promise that was broken."""
        other = self._stage.ledger(detail=True)
        for scene in self.scenes:
            yield from scene.violations
            yield from verdict(scene.plot, scene.zombie.point, other)
            scene.plot.close()

    def figures(self) -> dict[str, float]:
        """What happened."""
        blocked = sum(scene.blocks for scene in self.scenes)
        return {
            "frozen": len(self.scenes),
            "of them holding locks": blocked,
            "kinds of points": len({scene.place.kind for scene in self.scenes}),
            "missed": self._missed,
            "ended by an error after the thaw": sum(scene.zombie.failed is not None for scene in self.scenes),
        }

    def close(self) -> None:
        """Nobody stays frozen."""
        for scene in self.scenes:
            scene.zombie.kill()

    def _open(self, urls: Sequence[str]) -> Iterator[Plot]:
        settings = [self._settings(url) for url in urls]
        people = list(islice(who_go_all_the_way(lambda: self._casting(settings[0])), len(urls)))
        self._stage.reset()
        yield from (Plot(*pair) for pair in zip(settings[1:], people, strict=False))

    def _casting(self, settings: Settings) -> App:
        """Nobody was asked for before: the sandbox honours keys, and each casting has the same."""
        self._stage.reset()
        app = rounds.without_queues(App(settings, "casting"))
        with app.ledger.engine.begin() as connection:
            connection.execute(delete(facts))
        return app

    def _settings(self, url: str) -> Settings:
        return load_settings({**self._stage.environ, "DATABASE_URL": url}, dotenv=None)

    @staticmethod
    def _points(plot: Plot) -> Iterator[tuple[str, list[str]]]:
        first, *_ = steps = plot.leased
        plot.bring(first)
        for step in steps:
            yield step, plot.points(step)
            plot.pause()
