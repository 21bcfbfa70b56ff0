"""A process that takes leads in: ``python -m``, with chunks of leads as its task."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from alpha_swarm.app import build
from alpha_swarm.config import load_settings
from alpha_swarm.proof.answers.children import serve
from alpha_swarm.proof.answers.scene import take

if TYPE_CHECKING:
    from collections.abc import Callable


def take_in(chunks: list[list[dict[str, Any]]], begin: Callable[[], Any]) -> list[dict[str, Any]]:
    """For each chunk from when until when it was taken in (monotonic), and what each lead was told."""
    app = build(load_settings(os.environ, dotenv=None), holder=f"door-{os.getpid()}")
    begin()
    told = []
    for chunk in chunks:
        since = time.monotonic()
        answers = [(one.lead_id, one.duplicate) for one in take(app, chunk)]
        told.append({"since": since, "until": time.monotonic(), "answers": answers})
    app.close()
    return told


if __name__ == "__main__":
    serve(take_in)
