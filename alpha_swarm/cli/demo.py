"""``demo``: the whole program against the sandbox, live."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from alpha_swarm.cli.printing import Json, print_json
from alpha_swarm.domain.states import Target


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    *,
    leads: Annotated[int, typer.Option(min=1, max=5000, help="Distinct people in the list.")] = 300,
    seed: Annotated[int, typer.Option(help="Decides the people and the faults.")] = 7,
    transport: Annotated[
        Literal["rest", "webhook", "routines"], typer.Option(help="How the leads reach Clay.")
    ] = "rest",
    targets: Annotated[str, typer.Option(help="The CRMs, as SYNC_TARGETS has them.")] = ",".join(Target),
    keep: Annotated[bool, typer.Option("--keep", help="Keep the home directory to look at.")] = False,
    as_json: Json = False,
) -> None:
    """Bring a messy list of invented people from a file into the sandbox's CRMs, and check the books.

    Exit 0 only if the books balance and every lead that could be synced is synced.
    """
    from alpha_swarm.cli.demonstration.play import Playbill, play  # noqa: PLC0415 - keeps --help fast
    from alpha_swarm.cli.demonstration.report import show  # noqa: PLC0415 - keeps --help fast

    report = play(Playbill(leads, seed, transport, targets), keep=keep)
    if as_json:
        print_json(report)
    else:
        show(report)
    if not report["ok"]:
        raise typer.Exit(1)
