"""``privacy``: the rights of the person."""

from __future__ import annotations

import typer

from alpha_swarm.cli import privacy_notices, privacy_person

privacy = typer.Typer(help="The rights of the person, and the audit trail.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    privacy_person.register(privacy)
    privacy_notices.register(privacy)
    app.add_typer(privacy, name="privacy")
