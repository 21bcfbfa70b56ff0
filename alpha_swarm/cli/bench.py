"""``bench``: throughput and latency, measured on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from alpha_swarm.cli.benchmark.sections import Section
from alpha_swarm.cli.printing import Json, print_json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bench)


def bench(
    *,
    leads: Annotated[
        int, typer.Option(min=1, max=200_000, help="That wait before the start, limits off.")
    ] = 2000,
    seconds: Annotated[
        float, typer.Option(min=1, max=3600, help="How long each load with a pace of its own is kept up.")
    ] = 20.0,
    window: Annotated[
        float, typer.Option(min=1, max=60, help="Seconds of Clay's limits; the vendor's own are 60.")
    ] = 6.0,
    only: Annotated[
        list[Section] | None, typer.Option(help="Measure this alone; may be repeated. All if unset.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure throughput and latency against the sandbox, limits off and on.

    Everything runs in folders of its own; nothing of yours is touched, and nothing leaves the machine.
    """
    from alpha_swarm.cli.benchmark.play import Size, play  # noqa: PLC0415 - keeps --help fast
    from alpha_swarm.cli.benchmark.report import show  # noqa: PLC0415 - keeps --help fast

    report = play(Size(leads, seconds, window), only or tuple(Section))
    if as_json:
        print_json(report)
    else:
        show(report)
