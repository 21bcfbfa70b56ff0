"""``schedules list`` and ``run``: what is done again and again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, out, print_json, show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

schedules = typer.Typer(help="What is done again and again: seen, and run by hand.", no_args_is_help=True)

_COLUMNS = ("schedule", "every", "last run", "result", "next", "does")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(schedules, name="schedules")


@schedules.command("list")
def list_schedules(*, as_json: Json = False) -> None:
    """Show each schedule: how often, when it ran last and with which result, and when next."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        found = app.schedules()
    if as_json:
        print_json({"schedules": found})
    else:
        show_table("Schedules", _COLUMNS, map(_row, found))
        if any(one["overdue"] for one in found):
            out().print(
                "What is overdue is run by nobody: is alpha-swarm scheduler running, and a worker of dlq?"
            )


@schedules.command("run")
def run_schedule(
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of those that schedules list shows.")],
    *,
    as_json: Json = False,
) -> None:
    """Run a schedule once, now and in this process."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        app.run_schedule(name)
    if as_json:
        print_json({"name": name, "result": "ok"})
    else:
        out().print(f"{name}: ok", markup=False)


def _row(one: Mapping[str, Any]) -> tuple[object, ...]:
    result = one["last_result"] or "never ran"
    return (
        one["name"],
        f"{one['every_seconds']} s",
        _moment(one["last_run_at"]),
        f"{result} (overdue)" if one["overdue"] else result,
        _moment(one["next_at"]),
        one["what"],
    )


def _moment(seconds: float | None) -> str:
    return "" if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"
