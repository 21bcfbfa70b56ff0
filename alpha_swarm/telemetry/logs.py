"""The log: every line, ours and libraries', by one way and in one shape."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING, Literal, TextIO

import structlog

from alpha_swarm.exception_text import tell_exception
from alpha_swarm.redact import redact_mapping

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from structlog.typing import EventDict, Processor, WrappedLogger

#: Libraries that tell of each job, request or connection; only their trouble is of interest.
CHATTY = ("rq", "rq_scheduler", "uvicorn", "urllib3", "alembic", "asyncio", "websockets", "watchfiles")


def configure(
    *,
    log_format: Literal["text", "json"] = "text",
    level: int = logging.INFO,
    sentry_dsn: str | None = None,
    environment: str = "sandbox",
    stream: TextIO | None = None,
) -> None:
    """Send every log line, ours and libraries', to ``stream`` (stderr), and errors to Sentry if it is set.

    Uvicorn brings its own handlers unless it is started with ``log_config=None``.
    """
    target = stream or sys.stderr
    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *_error_reports(sentry_dsn, environment),
        structlog.processors.StackInfoRenderer(),
        tell_exception,
        redact_event,
    ]
    route_standard_logging(chain, renderer(log_format, target), target, level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *chain,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _hear_of_the_uncaught()


def _error_reports(dsn: str | None, environment: str) -> list[Processor]:
    if not dsn:
        return []
    # Most go without, and each command would import it.
    from alpha_swarm.telemetry.error_reports import report, start_sentry  # noqa: PLC0415

    start_sentry(dsn, environment)
    return [report]


def _hear_of_the_uncaught() -> None:
    """Of this thread and of all others."""
    sys.excepthook = log_uncaught
    threading.excepthook = lambda thread: log_uncaught(
        thread.exc_type, thread.exc_value or thread.exc_type(), thread.exc_traceback
    )


def renderer(log_format: Literal["text", "json"], target: TextIO) -> Processor:
    """One line of JSON, or a line for people."""
    if log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=target.isatty())


def route_standard_logging(chain: Sequence[Processor], last: Processor, target: TextIO, level: int) -> None:
    """The root logger gets the one handler; what libraries set up for themselves is taken away."""
    handler = logging.StreamHandler(target)
    handler.addFilter(worth_telling)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=chain,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in (*CHATTY, "uvicorn.access", "uvicorn.error", "rq.worker"):
        library = logging.getLogger(name)
        library.handlers, library.propagate = [], True
    logging.captureWarnings(capture=True)


def worth_telling(record: logging.LogRecord) -> bool:
    """Whether a line is ours, or a library's trouble."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] not in CHATTY


def redact_event(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The gate of the log; what structlog adds for itself passes as it is."""
    del logger, method
    own = {key: event.pop(key) for key in ("_record", "_from_structlog") if key in event}
    return {**redact_mapping(event), **own}


def log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody caught leaves through the same gate; Ctrl-C is no error."""
    if issubclass(kind, Exception):
        structlog.get_logger("alpha_swarm").critical("uncaught_error", exc_info=(kind, error, trace))
    else:
        sys.__excepthook__(kind, error, trace)
