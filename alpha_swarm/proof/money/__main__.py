"""A process with several workers, each with connections of its own: they work until it is killed."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

from alpha_swarm.app import build
from alpha_swarm.config import load_settings
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.proof import rounds

if TYPE_CHECKING:
    from alpha_swarm.app import App

_IDLE_SECONDS = 0.02


def main(name: str, number: int) -> None:
    """Say that all are ready, and work for ever from the first line that comes in."""
    settings = load_settings(dict(os.environ), dotenv=None)
    apps = [rounds.without_queues(build(settings, holder=f"{name}.{index}")) for index in range(number)]
    workers = [threading.Thread(target=_work, args=(app,)) for app in apps]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _work(app: App) -> None:
    pause = threading.Event()
    while True:
        try:
            busy = rounds.follow_once(app)
        except AlphaSwarmError:
            # A ledger that others keep busy is no failure: the next round asks again.
            busy = False
        if not busy:
            pause.wait(_IDLE_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
