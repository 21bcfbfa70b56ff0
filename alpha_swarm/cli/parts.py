"""Each part of the program alone: what a process file and containers start."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from alpha_swarm.cli.printing import Json, print_json
from alpha_swarm.cli.up import up
from alpha_swarm.errors import UserError

_QUEUES = "ingest, enrich, dlq, or sync- with the name of a CRM"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (up, api, worker, scheduler, sandbox):
        app.command()(command)


def api() -> None:
    """Serve the HTTP door: leads, webhooks, health, metrics."""
    from alpha_swarm.supervision.processes import api_command  # noqa: PLC0415 - keeps --help fast

    _become(api_command())


def worker(queue: Annotated[str, typer.Argument(metavar="QUEUE", help=f"Exactly one: {_QUEUES}.")]) -> None:
    """Work on one queue."""
    from alpha_swarm.supervision.processes import worker_command  # noqa: PLC0415 - keeps --help fast

    _become(worker_command(queue))


def scheduler() -> None:
    """Run the clock: periodic jobs, and the sweep that finds whatever is due."""
    from alpha_swarm.supervision.processes import scheduler_command  # noqa: PLC0415 - keeps --help fast

    _become(scheduler_command())


def sandbox(
    *,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="0 takes a free one; SANDBOX_PORT if left out.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides the people and the faults.")] = 7,
    limits: Annotated[bool, typer.Option(help="Whether the vendors' rate limits hold.")] = True,
    choose: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Another setting; column.NAME sets one of the column's.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Imitate Clay and the CRMs on one port of loopback; the address goes to stdout."""
    from alpha_swarm.config import load_settings  # noqa: PLC0415 - keeps --help fast
    from alpha_swarm.sandbox.server import serve  # noqa: PLC0415 - keeps --help fast
    from alpha_swarm.sandbox.settings import read_settings  # noqa: PLC0415 - keeps --help fast

    if port is None:
        port = load_settings().sandbox_port
    try:
        settings = read_settings(choose or (), seed=seed, limits=limits)
        serve(settings, port=port, announce=_json_url if as_json else _url)
    except ValueError as error:
        raise UserError(f"--set: {error}") from None
    except OSError as error:
        raise UserError(
            f"SANDBOX_PORT: port {port} cannot be used ({error.strerror}); take another"
        ) from None


def _url(port: int) -> None:
    typer.echo(f"the sandbox listens on http://127.0.0.1:{port}")


def _json_url(port: int) -> None:
    print_json({"port": port, "url": f"http://127.0.0.1:{port}"})


def _become(command: list[str]) -> None:
    """Turn this process into the part, so that its pid, its signals and its exit code are the part's own."""
    os.execv(command[0], command)  # noqa: S606 - our own modules with our own interpreter
