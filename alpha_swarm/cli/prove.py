"""``prove``: the reliability contract, tried on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from alpha_swarm.cli.printing import Json, print_json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(prove)


def prove(
    *,
    guarantee: Annotated[
        list[int] | None, typer.Option(help="Its number in docs/CONTRACT.md; may be repeated. All if unset.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed brings about the same faults.")] = 1,
    minutes: Annotated[
        float, typer.Option(min=0, max=1440, help="Go on trying for so long; each trial runs once at least.")
    ] = 5.0,
    server: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="A PostgreSQL server to make throw-away ledgers on; SQLite files if unset."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Kill, cut, freeze and flood this program on purpose, and see whether its promises hold.

    Everything runs in folders of its own against the sandbox; nothing of yours is touched. Exit 0 only if
    every guarantee is green: all its faults hit and nothing was lost, repeated or charged twice.
    """
    from alpha_swarm.cli.proven import run, show  # noqa: PLC0415 - keeps --help fast

    report = run(guarantee or [], seed, minutes * 60, server)
    if as_json:
        print_json(report)
    else:
        show(report)
    if not report["green"]:
        raise typer.Exit(1)
