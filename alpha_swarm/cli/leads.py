"""``leads add``, ``leads show``, ``leads export``."""

from __future__ import annotations

from typing import Annotated

import typer

from alpha_swarm.cli.printing import Json, err, out, print_json, show_table
from alpha_swarm.domain.states import Priority, State

leads = typer.Typer(help="Take leads in, look at one, export many.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(leads, name="leads")


@leads.command()
def add(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="CSV or NDJSON in UTF-8, or - for stdin.")],
    *,
    source: Annotated[
        str | None, typer.Option(help="The source_name of rows that have none of their own.")
    ] = None,
    priority: Annotated[Priority, typer.Option(help="How urgent these leads are.")] = Priority.NORMAL,
    as_json: Json = False,
) -> None:
    """Take a file of leads in; bad rows go to FILE.rejects.csv. Repeating it takes nothing in twice."""
    from alpha_swarm.cli.leads_add import add_file  # noqa: PLC0415 - keeps --help fast

    tally = add_file(file, source, priority)
    if as_json:
        print_json(tally)
        return
    out().print(
        "{rows:,} rows: {accepted:,} accepted, {duplicates:,} duplicates, {rejected:,} rejected".format(
            **tally
        )
    )
    if tally["rejects_file"]:
        err().print(f"rejected rows, with reasons: {tally['rejects_file']}", soft_wrap=True, markup=False)


@leads.command()
def show(
    lead: Annotated[str, typer.Argument(metavar="ID|URL|EMAIL", help="Which lead.")],
    *,
    as_json: Json = False,
) -> None:
    """Show one lead; exit 1 when there is none."""
    from alpha_swarm.cli.leads_found import present  # noqa: PLC0415 - keeps --help fast

    found = present(lead)
    if as_json:
        print_json(found if found is not None else {"found": False})
    elif found is not None:
        show_table("", ("field", "value"), found.items())
    if found is None:
        err().print("no such lead")
        raise typer.Exit(1)


@leads.command()
def export(
    layout: Annotated[str, typer.Option("--format", metavar="csv|ndjson", help="How it is written.")] = "csv",
    state: Annotated[
        list[State] | None, typer.Option(help="Only leads in this state; repeat for more.")
    ] = None,
) -> None:
    """Write leads to stdout, oldest first."""
    from alpha_swarm.cli.leads_export import write  # noqa: PLC0415 - keeps --help fast

    write(layout, state or [])
