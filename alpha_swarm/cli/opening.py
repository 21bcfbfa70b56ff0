"""Opening the program's parts for one command."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.app import App
    from alpha_swarm.config import Settings


@contextmanager
def opened_app(settings: Settings | None = None) -> Iterator[App]:
    """The program as these settings have it, or those of the environment.

    Raises:
        ConfigurationError: a setting is wrong.
    """
    # Loaded here, so that --help does not wait for the database's library.
    from alpha_swarm.app import build  # noqa: PLC0415
    from alpha_swarm.config import load_settings  # noqa: PLC0415

    app = build(settings or load_settings(), holder="cli")
    try:
        yield app
    finally:
        app.close()
