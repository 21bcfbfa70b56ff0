"""``targets``: whom we talk to, whom we leave alone, and who gets which lead."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, err, out, print_json, show_limits, show_table
from alpha_swarm.cli.targets import changes
from alpha_swarm.errors import UserError

targets = typer.Typer(help="Clay and the CRMs: what is paused and why.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="TARGET", help="clay or one of SYNC_TARGETS.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    changes.register(targets)
    app.add_typer(targets, name="targets")


@targets.command("list")
def list_targets(*, as_json: Json = False) -> None:
    """Show each target, how its breaker and its limits stand, whether it is paused, and why."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        _show(app.targets(), as_json=as_json)


@targets.command()
def pause(
    target: Name,
    *,
    minutes: Annotated[float, typer.Option(min=0.1, max=525_600, help="For how long.")] = 60.0,
    as_json: Json = False,
) -> None:
    """Leave a target alone; what is owed to it waits in the ledger."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        _known(app.targets(), target)
        app.pause(target, minutes * 60)
        _show(app.targets(), as_json=as_json)


@targets.command()
def resume(target: Name, *, as_json: Json = False) -> None:
    """End a pause at once, such as after a refused key was replaced; an open breaker lets one call try."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        _known(app.targets(), target)
        app.resume(target)
        _show(app.targets(), as_json=as_json)


@targets.command()
def route(
    lead: Annotated[str, typer.Argument(metavar="LEAD", help="An id, a LinkedIn URL or an e-mail.")],
    *,
    as_json: Json = False,
) -> None:
    """Tell where a lead goes by the rules of today: which of them matched, which did not and why."""
    from alpha_swarm.cli.targets.routed import routed  # noqa: PLC0415 - keeps --help fast

    told = routed(lead)
    if as_json:
        print_json(told if told is not None else {"found": False})
    elif told is not None:
        _show_route(told)
    if told is None:
        err().print("no such lead")
        raise typer.Exit(1)


def _show_route(told: dict[str, Any]) -> None:
    rows = ((one["rule"], "yes" if one["matched"] else "no", one["why"]) for one in told["rules"])
    show_table(f"Rules for {told['lead_id']}", ("rule", "matches", "why"), rows)
    if told["route"] is None:
        out().print(f"it goes nowhere: {told['why']}", markup=False)
    else:
        show_table("What follows", ("what", "is"), told["route"].items())


def _known(rows: list[dict[str, Any]], target: str) -> None:
    names = [row["target"] for row in rows]
    if target not in names:
        raise UserError(f"there is no target {target}: take one of {', '.join(names)}")


def _show(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json({"targets": rows})
    else:
        columns = {
            "target": "target",
            "breaker": "breaker",
            "paused": "paused",
            "not_kept": "not kept",
            "why": "why",
        }
        show_table("Targets", tuple(columns.values()), [tuple(row[name] for name in columns) for row in rows])
        show_limits([limit for row in rows for limit in row["limits"]])
