"""Jobs of the queue ``dlq``."""

from __future__ import annotations

from alpha_swarm.app import current


def replay() -> None:
    """Try dead letters again whose time has come."""
    current().run_schedule("replay")


def advance() -> None:
    """Let replays that were applied go on."""
    current().run_schedule("advance")
