"""``clay setup``, ``clay import``: what a person does in Clay, and brings from there."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, out, print_json

clay = typer.Typer(help="What is set in Clay by hand, and what is brought from there.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(clay, name="clay")


@clay.command()
def setup(
    *,
    show_secrets: Annotated[
        bool, typer.Option("--show-secrets", help="Show the secret itself in place of its variable's name.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print what to set in Clay for the transport in use, lane by lane."""
    from alpha_swarm.cli.clay.setup import setup_of, show_setup  # noqa: PLC0415 - keeps --help fast

    answer = setup_of(show_secrets=show_secrets)
    if as_json:
        print_json(answer)
    else:
        show_setup(answer)


@clay.command("import")
def import_file(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The table, exported as CSV.")],
    *,
    misses: Annotated[
        bool,
        typer.Option("--misses", help="Take rows without any value as results, too: nothing was found."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Take in results from a table that was exported by hand; again, it takes in nothing twice."""
    from alpha_swarm.cli.clay.importing import import_results  # noqa: PLC0415 - keeps --help fast

    answer = import_results(file, misses=misses)
    if as_json:
        print_json(answer)
    else:
        _show(answer)


def _show(answer: dict[str, Any]) -> None:
    parts = ", ".join(f"{number:,} {name}" for name, number in answer.items() if name != "rows")
    out().print(f"{answer['rows']:,} rows: {parts}")
