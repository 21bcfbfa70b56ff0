"""A worker process that follows hints: ``python -m``, with rounds of hints (step, lead ids) as its task."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from alpha_swarm.app import App, build
from alpha_swarm.config import load_settings
from alpha_swarm.domain.states import Step
from alpha_swarm.errors import RetryLaterError
from alpha_swarm.proof import rounds
from alpha_swarm.proof.answers.children import serve

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 40.0


def follow(hints: list[list[Any]], begin: Callable[[], Any]) -> int:
    """All hints over and over until everything is at rest; how many were followed."""
    app = rounds.without_queues(build(load_settings(os.environ, dotenv=None), holder=f"hints-{os.getpid()}"))
    begin()
    end, followed = time.monotonic() + _SECONDS, 0
    while True:
        followed += sum(_follow(app, Step(step), lead_ids) for step, lead_ids in hints)
        if app.status()["settled"] or time.monotonic() > end:
            app.close()
            return followed


def _follow(app: App, step: Step, lead_ids: list[str]) -> bool:
    try:
        app.run(step, lead_ids)
    except RetryLaterError:
        return False
    return True


if __name__ == "__main__":
    serve(follow)
