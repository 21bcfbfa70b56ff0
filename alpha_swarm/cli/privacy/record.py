"""``privacy record``: the record of processing activities, made from the settings."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, err, print_json, show_members
from alpha_swarm.cli.writing import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping


def register(privacy: typer.Typer) -> None:
    """Add the command."""
    privacy.command()(record)


def record(
    *,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page; it needs nothing else.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the record of processing activities (GDPR, Article 30) of this installation."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast
    from alpha_swarm.cli.privacy.record_page.page import page  # noqa: PLC0415 - the same
    from alpha_swarm.record_desk import RecordDesk  # noqa: PLC0415 - the same

    with opened_app() as app:
        told = RecordDesk(app).record()
    if html is not None:
        write_private(html, page(told))
    if as_json:
        print_json(told)
    elif html is None:
        _show(told)


def _show(told: Mapping[str, Any]) -> None:
    show_members("Data", ("class", "fields", "with_consent"), told["data"])
    show_members("Recipients", ("name", "what", "fields", "country", "safeguard"), told["recipients"])
    show_members("Kept", ("what", "days", "setting", "note"), told["retention"])
    measures = [{**one, "in_force": "yes" if one["in_force"] else "no"} for one in told["security"]]
    show_members("Security", ("measure", "in_force", "setting"), measures)
    for one in told["missing"]:
        err().print(f"missing: {one['what']} ({one['setting']})", soft_wrap=True, markup=False)
