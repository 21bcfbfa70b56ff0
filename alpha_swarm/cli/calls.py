"""``calls``: outside calls in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.cli.printing import Json, print_json, show_table

if TYPE_CHECKING:
    import typer

_COLUMNS = ("lead", "call", "since", "credits")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(calls)


def calls(*, as_json: Json = False) -> None:
    """List calls whose outcome is unknown, and every charge that may have been made twice."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        found = app.doubts()
    if as_json:
        print_json(found)
        return
    show_table("Unknown outcomes", _COLUMNS, [tuple(row.values()) for row in found["unknown"]])
    twice = [tuple(row.values()) for row in found["possible_double_charges"]]
    show_table("Possible double charges", _COLUMNS, twice)
