"""Opening the program's parts for one command."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.exception_text import tell_exception
from alpha_swarm.redact import redact_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from structlog.typing import EventDict, WrappedLogger

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

    keep_logs_off_stdout()
    app = build(settings or load_settings(), holder="cli")
    try:
        app.rights.catch_up()
        yield app
    finally:
        app.close()


def keep_logs_off_stdout() -> None:
    """Send what is logged to stderr, unless something else was settled: stdout is for the answer alone."""
    if not structlog.is_configured():
        structlog.configure(
            processors=[
                structlog.processors.add_log_level,
                tell_exception,
                _redacted,
                structlog.dev.ConsoleRenderer(colors=False),
            ],
            logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
            cache_logger_on_first_use=False,
        )


def _redacted(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    del logger, method
    return redact_mapping(event)
