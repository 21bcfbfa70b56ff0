"""``privacy notices``: who is to be told that their data is held, and until when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from alpha_swarm.cli.answering import answers_itself
from alpha_swarm.cli.printing import Json, err, out, print_json, show_members
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

notices = typer.Typer(help="Who is to be told that their data is held, and who was.")

_DAY_SECONDS = 86_400.0
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
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
    """Show who is to be informed, as ids: 30 days after the data was collected, or once it was disclosed.

    Exit code 1 while anybody is overdue.
    """
    if not answers_itself(context):
        return
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast
    from alpha_swarm.domain.leads.provenance import held_by  # noqa: PLC0415 - the same

    with opened_app() as app, app.ledger.read() as tx:
        found = tx.informing.due(within * _DAY_SECONDS, limit)
        inputs = tx.leads.inputs([one["lead_id"] for one in found["notices"]])
    # Whose values cannot be opened is due all the same.
    held = {lead_id: held_by(one) for lead_id, one in inputs.items()}
    found["notices"] = [{**one, "held_by": held.get(one["lead_id"])} for one in found["notices"]]
    if as_json:
        print_json(found)
    else:
        show_members("To be informed", _COLUMNS, found["notices"])
        for basis in sorted({_shown(one) for one in held.values()}):
            out().print(f"held by: {basis}", markup=False, soft_wrap=True)
        out().print(f"{found['due']:,} are due within {within:g} days, {found['overdue']:,} are overdue")
    if found["overdue"]:
        raise typer.Exit(1)


def _shown(held: Mapping[str, str | None]) -> str:
    return ", ".join(f"{name} {value}" for name, value in held.items() if value)


@notices.command()
def mark(
    leads: Annotated[list[str], typer.Argument(metavar="LEAD...", help="Ids of leads.")],
    *,
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="TAG", help="Which they were told in, such as fr."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say that these persons were informed now."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    if language is not None and not _LANGUAGE.fullmatch(language):
        raise UserError("--language takes a tag such as fr or de-AT")
    ids = [one.strip().upper() for one in leads]
    with opened_app() as app, app.ledger.begin() as tx:
        unknown = set(ids) - tx.leads.standing(ids).keys()
        if unknown:
            raise UserError(f"no such lead: {min(unknown)}; nobody was marked")
        marked = tx.informing.mark(ids, language)
    if as_json:
        print_json({"marked": marked})
        return
    out().print(f"marked: {len(marked):,}")
    err().print("whoever waited for it goes on by alpha-swarm targets sync", markup=False)
