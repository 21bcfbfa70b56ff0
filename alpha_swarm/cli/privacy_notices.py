"""``privacy notices``: who is to be told that their data is held, and until when."""

from __future__ import annotations

from typing import Annotated

import typer

from alpha_swarm.cli.printing import Json, err, out, print_json, show_members
from alpha_swarm.errors import UserError

notices = typer.Typer(help="Who is to be told that their data is held, and who was.")

_DAY_SECONDS = 86_400.0
_COLUMNS = ("lead_id", "notice_due_at", "overdue", "because")


def register(privacy: typer.Typer) -> None:
    """Add the commands."""
    privacy.add_typer(notices, name="notices")


@notices.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    *,
    within: Annotated[float, typer.Option("--within", min=0, max=366, help="Days to look ahead.")] = 7.0,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many to name.")] = 100,
    as_json: Json = False,
) -> None:
    """Show who is to be informed, as ids: 30 days after the data was collected, or once it was disclosed."""
    if context.invoked_subcommand is not None:
        return
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app, app.ledger.read() as tx:
        found = tx.informing.due(within * _DAY_SECONDS, limit)
    if as_json:
        print_json(found)
        return
    show_members("To be informed", _COLUMNS, found["notices"])
    out().print(f"{found['due']:,} are due within {within:g} days, {found['overdue']:,} are overdue")


@notices.command()
def mark(
    leads: Annotated[list[str], typer.Argument(metavar="LEAD...", help="Ids of leads.")],
    *,
    as_json: Json = False,
) -> None:
    """Say that these persons were informed now."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    ids = [one.strip().upper() for one in leads]
    with opened_app() as app, app.ledger.begin() as tx:
        unknown = set(ids) - tx.leads.standing(ids).keys()
        if unknown:
            raise UserError(f"no such lead: {min(unknown)}; nobody was marked")
        marked = tx.informing.mark(ids)
    if as_json:
        print_json({"marked": marked})
        return
    out().print(f"marked: {len(marked):,}")
    err().print("whoever waited for it goes on by alpha-swarm targets sync", markup=False)
