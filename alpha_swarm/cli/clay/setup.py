"""What to set in Clay, for each transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape

from alpha_swarm.assembly import parts
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.cli.printing import out
from alpha_swarm.config import load_settings
from alpha_swarm.connectors.clay.pasting import to_paste

if TYPE_CHECKING:
    from alpha_swarm.config import Settings

_NOTES = {
    "rest": (
        "transport rest: table, columns and webhook are made through the row API; nothing is to be pasted",
        "api.clay.com itself no longer offers that API: there take CLAY_TRANSPORT=webhook or routines",
    ),
    "routines": (
        "transport routines: make a function or workflow in Clay with the lead's fields as its inputs",
        "put its id into CLAY_ROUTINE_ID",
        "to hear of its end register BASE_URL/webhooks/clay/routines with Clay's own command line",
        "put id and secret of that into CLAY_ROUTINE_WEBHOOK_ID and CLAY_ROUTINE_WEBHOOK_SECRET",
    ),
}
_NO_LANES = "no lane is known yet: make a webhook source on a table in Clay, then alpha-swarm lanes add"
_LACKING = "{names} unset: results cannot come by callback; set it, or bring them by clay import"


def setup_of(*, show_secrets: bool) -> dict[str, Any]:
    """``transport``, ``notes`` and, for webhooks, ``lanes``."""
    settings = load_settings()
    transport = settings.clay.transport
    if transport != "webhook":
        return {"transport": transport, "notes": list(_NOTES[transport]), "lanes": []}
    with opened_app(settings) as app:
        lanes = app.ledger.lanes.addresses()
    url, secret = parts.webhook_url(settings), _secret(settings) if show_secrets else None
    notes = [*([] if lanes else [_NO_LANES]), *_lacking(settings)]
    return {
        "transport": transport,
        "notes": notes,
        "lanes": [to_paste(lane, url, secret) for lane in lanes],
    }


def show_setup(answer: dict[str, Any]) -> None:
    """The same for people: what is alike for all lanes once."""
    console = out()
    for note in answer["notes"]:
        console.print(escape(note))
    for lane in answer["lanes"]:
        table = f", table {lane['table']}" if lane["table"] else ""
        header = lane["token_header"] or "none: whoever learns the address can write into the table"
        console.print(f"[bold]Lane {escape(lane['lane'])}[/]{escape(table)}: token header {escape(header)}")
    if answer["lanes"]:
        _show_table(answer["lanes"][0])


def _show_table(lane: dict[str, Any]) -> None:
    console = out()
    column = lane["http_api_column"]
    console.print("\n[bold]1. Columns from the webhook source[/] (send one record, then map each of them)")
    console.print(escape(", ".join(lane["source_columns"])), soft_wrap=True)
    console.print(f"\n[bold]2. Auto-dedupe[/], if it is used: by the column {lane['dedupe_column']} alone")
    console.print("\n[bold]3. HTTP API column[/]")
    console.print(escape(f"{column['method']} {column['url']}"), soft_wrap=True)
    for name, value in column["headers"].items():
        console.print(escape(f"{name}: {value}"), soft_wrap=True)
    console.print(escape(column["body"]), soft_wrap=True)
    console.print("\n[bold]4. Its settings[/]")
    for name, value in lane["settings"].items():
        console.print(escape(f"{name}: {value}"), soft_wrap=True)


def _secret(settings: Settings) -> str | None:
    secrets = settings.clay.webhook_secrets
    return secrets[0].get_secret_value() if secrets else None


def _lacking(settings: Settings) -> list[str]:
    needed = {"CLAY_WEBHOOK_SECRET": settings.clay.webhook_secrets, "BASE_URL": settings.api.base_url}
    names = [name for name, value in needed.items() if not value]
    return [_LACKING.format(names=" and ".join(names))] if names else []
