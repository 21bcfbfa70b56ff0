"""``status``: where everything stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from alpha_swarm.cli.printing import Json, out, print_json, show_limits, show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLOURS = {"healthy": "green", "degraded": "yellow", "unhealthy": "red"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(status)


def status(*, as_json: Json = False) -> None:
    """Show leads by state, queues, credits, breakers and health; exit 1 when unhealthy or unbalanced."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        facts = app.status()
    if as_json:
        print_json(facts)
    else:
        show_status(facts)
    if facts["health"] == "unhealthy" or not facts["balanced"]:
        raise typer.Exit(1)


def show_status(facts: Mapping[str, Any]) -> None:
    """The same for people."""
    console = out()
    health = facts["health"]
    settled = "settled" if facts["settled"] else f"oldest waiting {facts['oldest_waiting_seconds']:.0f} s"
    books = "balanced" if facts["balanced"] else "[red]NOT BALANCED[/]"
    console.print(f"[{_COLOURS.get(health, 'white')}]{health}[/] · books {books} · {settled}")
    for reason in facts["reasons"]:
        console.print(f"  {reason}", markup=False)
    show_table("Leads", ("state", "leads"), [*facts["leads"].items(), ("total", facts["total"])])
    show_table("Queues", ("queue", "waiting"), facts["queues"].items())
    credit = ((span, *map(used.get, ("reserved", "spent", "cap"))) for span, used in facts["credits"].items())
    show_table("Credits", ("in this", "reserved", "spent", "cap"), credit)
    if facts["breakers"]:
        show_table("Breakers", ("target", "state"), facts["breakers"].items())
    show_limits(facts["limits"])
