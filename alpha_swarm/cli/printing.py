"""What goes to stdout, and what goes to stderr."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: The option that every command with an answer has.
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout and nothing else there.")]


def print_json(value: Any) -> None:
    """One JSON value on a line of its own."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def out() -> Console:
    """The console for answers."""
    return Console(highlight=False)


def err() -> Console:
    """The console for progress and hints."""
    return Console(stderr=True, highlight=False)


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table on stdout; values are shown as they are, never read as markup."""
    table = Table(title=escape(title) if title else None, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(escape(shown(value)) for value in row))
    out().print(table)


def show_members(title: str, names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A table of these members of each row, under their own names."""
    show_table(
        title, [name.replace("_", " ") for name in names], [[row[name] for name in names] for row in rows]
    )


def show_limits(limits: Iterable[Mapping[str, Any]]) -> None:
    """What may go out, what was learned to be the most, and how much of the window is used."""
    rows = [
        (one["limit"], one["configured"], one["learned"], "unknown" if one["used"] is None else one["used"])
        for one in limits
    ]
    show_table("Limits", ("limit", "configured", "learned", "used"), rows)


def shown(value: Any) -> str:
    """A value for people."""
    match value:
        case None:
            return "-"
        case float():
            return f"{value:,.1f}"
        case int():
            return f"{value:,}"
        case list() | tuple():
            return ", ".join(map(shown, value)) or "-"
        case dict():
            return ", ".join(f"{key} {shown(member)}" for key, member in value.items()) or "-"
        case _:
            return str(value)
