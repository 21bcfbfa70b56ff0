"""``up``: everything on one machine under one supervisor."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.config import Settings

WORKERS = {"ingest": 1, "enrich": 1, "sync": 1, "dlq": 1}
WORKERS_TEXT = ",".join(f"{name}={count}" for name, count in WORKERS.items())
MOST_WORKERS = 64


def up(
    *,
    workers: Annotated[
        str, typer.Option(help="Processes by queue; sync counts for each CRM.")
    ] = WORKERS_TEXT,
    api: Annotated[bool, typer.Option(help="Whether the HTTP door is opened.")] = True,
) -> int:
    """Run everything on this machine; restart what dies; end in peace at SIGTERM or Ctrl-C."""
    from alpha_swarm.config import load_settings  # noqa: PLC0415 - keeps --help fast

    return run_all(load_settings(), parse_workers(workers), api=api)


def parse_workers(text: str) -> dict[str, int]:
    """``ingest=1,sync=2`` → how many; what is not named keeps its default.

    Raises:
        ConfigurationError: an unknown name, or no number.
    """
    counts = dict(WORKERS)
    for part in filter(None, text.replace(" ", "").split(",")):
        name, _, number = part.partition("=")
        if name not in WORKERS or not number.isdecimal() or int(number) > MOST_WORKERS:
            raise ConfigurationError(
                f"--workers {part} is no number of processes (0 to {MOST_WORKERS}): write {WORKERS_TEXT}"
            )
        counts[name] = int(number)
    return counts


def run_all(settings: Settings, workers: Mapping[str, int], *, api: bool = True) -> int:
    """Run the installation until SIGTERM or SIGINT; the exit code.

    Raises:
        ConfigurationError: it runs already in this home, or a part cannot start.
    """
    # Loaded here, so that --help does not wait for the database's library.
    from alpha_swarm.app import build  # noqa: PLC0415
    from alpha_swarm.assembly.parts import preflight  # noqa: PLC0415
    from alpha_swarm.cli import installation  # noqa: PLC0415
    from alpha_swarm.supervision.supervisor import Supervisor  # noqa: PLC0415

    installation.configure_telemetry(settings)
    preflight(settings)
    stop = stop_at_signals()
    with installation.only_one(settings.home), installation.embedded_server(settings) as server:
        settings = installation.with_port(settings) if api else settings
        app = build(settings, holder="supervisor")
        supervisor = Supervisor(
            installation.specs(settings, workers, api=api),
            environ=installation.environ(settings),
            on_death=app.free,
            server=server,
        )
        try:
            supervisor.run(stop, installation.Announcement(settings, api=api).make_once)
        finally:
            app.close()
    return 0


def stop_at_signals() -> threading.Event:
    """What SIGTERM and SIGINT set."""
    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    return stop
