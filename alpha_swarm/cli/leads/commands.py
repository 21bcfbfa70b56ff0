"""``leads add``, ``leads show``, ``leads export``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.budget import in_words
from alpha_swarm.cli.printing import Json, err, out, print_json, show_table
from alpha_swarm.domain.states import Priority, State
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

DryRun = Annotated[bool, typer.Option("--dry-run", help="Change nothing, and say what it would cost.")]
Yes = Annotated[bool, typer.Option("--yes", help="Go on without asking.")]

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
    dry_run: DryRun = False,
    pilot: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Take N rows in first, show what they cost, then ask."),
    ] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Take a file of leads in; bad rows go to FILE.rejects.csv. Repeating it takes nothing in twice."""
    from alpha_swarm.cli.leads.adding import Manner, add_file  # noqa: PLC0415 - keeps --help fast

    if dry_run and pilot:
        raise UserError("--dry-run takes nothing in, so there is no --pilot: leave one of them out")
    tally = add_file(file, source, priority, manner=Manner(dry_run=dry_run, pilot=pilot, yes=yes))
    if as_json:
        print_json(tally)
    else:
        _show_tally(tally)
    if tally.get("went_on", True) is None:
        err().print("nobody can be asked here: add --yes, or repeat without --pilot to take in the rest")
        raise typer.Exit(2)


def _show_tally(tally: Mapping[str, Any]) -> None:
    out().print(
        "{rows:,} rows: {accepted:,} accepted, {duplicates:,} duplicates, {rejected:,} rejected".format(
            **tally
        )
    )
    if tally["suppressed"]:
        err().print(f"{tally['suppressed']:,} of the rejected have asked not to be taken in", markup=False)
    if tally["rejects_file"]:
        err().print(f"rejected rows, with reasons: {tally['rejects_file']}", soft_wrap=True, markup=False)
    if tally.get("batch") and tally["accepted"]:
        err().print(f"batch {tally['batch']}: targets diff --run and targets undo know it", soft_wrap=True)
    if "estimate" in tally:
        out().print(f"nothing was taken in; it would be {in_words(tally['estimate'])}", soft_wrap=True)


@leads.command()
def show(
    lead: Annotated[str, typer.Argument(metavar="ID|URL|EMAIL", help="Which lead.")],
    *,
    as_json: Json = False,
) -> None:
    """Show one lead; exit 1 when there is none."""
    from alpha_swarm.cli.leads.found import present  # noqa: PLC0415 - keeps --help fast

    found = present(lead)
    if as_json:
        print_json(found if found is not None else {"found": False})
    elif found is not None:
        show_table("", ("field", "value"), found.items())
    if found is None:
        err().print("no such lead")
        raise typer.Exit(1)


@leads.command()
def refresh(
    *,
    older_than: Annotated[
        float | None,
        typer.Option(min=0, metavar="DAYS", help="How old their results are at least."),
    ] = None,
    state: Annotated[list[State] | None, typer.Option(help="synced or unenrichable; else both.")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Enrich leads again whose results are old: a new generation of each, which is paid for once more."""
    from alpha_swarm.cli.leads.refreshing import refresh_old  # noqa: PLC0415 - keeps --help fast

    found = refresh_old(state, older_than, dry_run=dry_run, yes=yes)
    if as_json:
        print_json(found)
    else:
        out().print(f"{found['leads']:,} leads are renewed: {in_words(found['estimate'])}", soft_wrap=True)
    if found["went_on"] is None and not dry_run:
        err().print("nobody can be asked here: add --yes, or --dry-run to only see what it would cost")
        raise typer.Exit(2)


@leads.command()
def export(
    layout: Annotated[str, typer.Option("--format", metavar="csv|ndjson", help="How it is written.")] = "csv",
    state: Annotated[
        list[State] | None, typer.Option(help="Only leads in this state; repeat for more.")
    ] = None,
) -> None:
    """Write leads to stdout, oldest first."""
    from alpha_swarm.cli.leads.exporting import write  # noqa: PLC0415 - keeps --help fast

    write(layout, state or [])
