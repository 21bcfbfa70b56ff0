"""``trace``: one lead's whole story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, err, out, print_json, show_table

if TYPE_CHECKING:
    from collections.abc import Mapping


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(trace)


def trace(
    lead: Annotated[str, typer.Argument(metavar="LEAD", help="An id, a LinkedIn URL or an e-mail.")],
    *,
    as_json: Json = False,
) -> None:
    """Tell a lead's story in order: steps, calls, costs, results, and why it waits."""
    from alpha_swarm.cli.leads.traced import tell  # noqa: PLC0415 - keeps --help fast

    told = tell(lead)
    if as_json:
        print_json(told if told is not None else {"found": False})
    elif told is not None:
        show_story(told)
    if told is None:
        err().print("no such lead")
        raise typer.Exit(1)


def show_story(told: Mapping[str, Any]) -> None:
    """The same for people."""
    out().print(f"{told['lead_id']} is {told['state']}", markup=False)
    story = ((entry["at"], entry["kind"], entry["detail"]) for entry in told["story"])
    show_table("Story", ("at (UTC)", "what", "detail"), story)
    if told["waiting"]:
        waiting = ((owed["step"], _due(owed["due_in_seconds"]), owed["why"]) for owed in told["waiting"])
        show_table("Waits", ("for", "due", "why"), waiting)
    if told["dead_letters"]:
        rows = (
            (died["step"], died["cause"], died["error"], died["attempts"]) for died in told["dead_letters"]
        )
        show_table("Dead letters", ("step", "cause", "error", "attempts"), rows)


def _due(seconds: float) -> str:
    return f"in {seconds:.0f} s" if seconds > 0 else "now"
