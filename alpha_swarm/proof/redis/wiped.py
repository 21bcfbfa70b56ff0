"""Redis loses every hint again and again, in one process and in seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from alpha_swarm import app as application
from alpha_swarm.app import build
from alpha_swarm.config import load_settings
from alpha_swarm.proof import time_travel
from alpha_swarm.proof.answers.scene import accept, people, scene
from alpha_swarm.proof.redis.server import redis_server
from alpha_swarm.proof.trial import Result, Trial
from alpha_swarm.queueing.hints import queue_named
from alpha_swarm.queueing.queues import queues

if TYPE_CHECKING:
    import random

    from alpha_swarm.app import App
    from alpha_swarm.proof.ground import Ground

_LEADS = 60
#: Three times as many as it takes when every other round of hints is wiped.
_MOST_ROUNDS = 120


class HintsWiped(Trial):
    """Half of all hints are gone before anybody follows them."""

    name: ClassVar[str] = "hints wiped before anybody follows them"
    guarantees: ClassVar[tuple[int, ...]] = (3,)
    seconds: ClassVar[float] = 4.0

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """The real hints, queues, jobs and sweep; the workers' place is taken by this process."""
        with ground.ledger() as url, redis_server() as server, scene(url, chance) as one:
            environ = {**one.environ, "REDIS_URL": f"unix://{server.socket}"}
            app = build(load_settings(environ, dotenv=None), holder="worker")
            application.install(app)
            accepted = accept(app, people(chance, _LEADS))
            wiped = sum(_round(app, chance) for _ in range(_MOST_ROUNDS) if not app.status()["settled"])
            found = one.audit(app, accepted)
            app.close()
            return Result(wiped, found)


def _round(app: App, chance: random.Random) -> bool:
    """Sweep, then wipe or follow; whether hints were wiped."""
    app.sweep()
    waiting = sum(app.hints.depths().values())
    if waiting and chance.random() < 1 / 2:
        app.redis.flushall()
        return True
    if not waiting:
        time_travel.let_time_pass(app.ledger.engine, time_travel.until_next(app.ledger.engine))
    _follow(app)
    return False


def _follow(app: App) -> None:
    for name in queues(app.settings.sync_targets):
        queue = queue_named(name, app.redis)
        for job in queue.jobs:
            job.func(*job.args)
            queue.remove(job)
