"""``lanes list``, ``add``, ``set-used``, ``pause``, ``resume``: the ways into Clay's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, out, print_json, show_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.app import App

lanes = typer.Typer(help="Webhook lanes into Clay's tables: what is used of them.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="LANE", help="The lane's name.")]

_COLUMNS = ("lane", "table", "state", "used", "room", "accepted", "answered", "last answer", "why")
_SHOWN = ("name", "table", "state", "used", "room", "accepted", "answered", "last_answered_at", "reason")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(lanes, name="lanes")


@lanes.command("list")
def list_lanes(*, as_json: Json = False) -> None:
    """Show each lane, what is used of it, what came back, and for how long all of them last."""
    _with_lanes(lambda _: None, as_json=as_json)


@lanes.command()
def add(
    name: Name,
    *,
    url: Annotated[
        str,
        typer.Option(
            prompt=True, hide_input=True, help="Address of the webhook source; asked for if left out."
        ),
    ],
    token: Annotated[str | None, typer.Option(help="Its token, sent as x-clay-webhook-auth.")] = None,
    table: Annotated[
        str | None, typer.Option(help="Label of its table; lanes with the same one share a table.")
    ] = None,
    unlimited: Annotated[
        bool, typer.Option("--unlimited", help="Its table deletes rows by itself, so it has no end.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Add a lane behind the others; leads that waited for one go on."""
    from alpha_swarm.cli.lanes.given import lane_given  # noqa: PLC0415 - keeps --help fast

    lane = lane_given(name, url, token, table, unlimited=unlimited)
    _with_lanes(lambda app: app.lanes.add(lane), as_json=as_json)


@lanes.command("set-used")
def set_used(
    name: Name,
    used: Annotated[int, typer.Argument(min=0, max=1_000_000_000, help="Records it has taken in its life.")],
    *,
    table_rows: Annotated[
        int | None, typer.Option(min=0, max=1_000_000_000, help="Rows its table holds of it now.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Count a lane from here, such as where something else has sent to it before."""
    _with_lanes(lambda app: app.lanes.set_used(name, used, table_rows), as_json=as_json)


@lanes.command()
def pause(name: Name, *, as_json: Json = False) -> None:
    """Send nothing to a lane; the next one is taken."""
    _with_lanes(lambda app: app.lanes.pause(name), as_json=as_json)


@lanes.command()
def resume(name: Name, *, as_json: Json = False) -> None:
    """Use a lane again, whatever it was set aside for; leads that waited for one go on."""
    _with_lanes(lambda app: app.lanes.resume(name), as_json=as_json)


def _with_lanes(act: Callable[[App], None], *, as_json: bool) -> None:
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        act(app)
        report = app.lanes.report()
    if as_json:
        print_json(report)
    else:
        _show(report)


def _show(report: dict[str, Any]) -> None:
    rows = [tuple(lane[name] for name in _SHOWN) for lane in report["lanes"]]
    show_table("Lanes", _COLUMNS, rows)
    if report["days_left"] is not None:
        out().print(
            f"{report['room']:,} records left, {report['days_left']} days at the pace of the last ones"
        )
    for note in report["notes"]:
        out().print(note, markup=False)
