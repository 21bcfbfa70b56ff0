"""``privacy keys``: what personal values are sealed with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, err, out, print_json, show_members, show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

keys = typer.Typer(help="The keys of personal values: shown by their ids, put to use, replaced.")

_KEY = ("key", "given", "data_keys")


@keys.command()
def show(*, as_json: Json = False) -> None:
    """Show whether values are sealed, under which keys, and how many rows still stand plain."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        found = app.ledger.key_book.shown()
    if as_json:
        print_json(found)
    else:
        _show(found)


@keys.command()
def seal(*, as_json: Json = False) -> None:
    """Seal what was written before there was a key; others may go on working."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        number = app.ledger.key_book.seal()
        clean = app.ledger.compact() or app.ledger.checkpoint()
    if as_json:
        print_json({"sealed": number, "files_clean": clean})
        return
    out().print(f"sealed: {number:,} rows")
    if not clean:
        err().print("somebody uses the ledger, whose file keeps old pages until the next daily rewriting")


@keys.command()
def rotate(*, as_json: Json = False) -> None:
    """Wrap every person's key under the current key; after that the previous ones can go."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        number = app.ledger.key_book.rotate()
        found = app.ledger.key_book.shown()
    if as_json:
        print_json({"rotated": number, "current": found["current"]})
        return
    out().print(f"{number:,} data keys were wrapped under key {found['current']}")
    out().print("The others can be taken out of ENCRYPTION_KEYS once every process runs with this one first.")


@keys.command()
def verify(*, as_json: Json = False) -> None:
    """Open every sealed value; exit 1 where one was changed, or its key is missing."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        found = app.ledger.key_book.verify()
    whole = not (found["without_key"] or found["refused"])
    if as_json:
        print_json({"whole": whole, **found})
    else:
        out().print(f"{found['rows']:,} sealed rows; {found['without_key']:,} leads without a key")
        for lead_id in found["refused"]:
            err().print(f"lead {lead_id}: a value is not what was sealed there: put it back from a copy")
    if not whole:
        raise typer.Exit(1)


@keys.command()
def unseal(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Nothing else of this installation runs.")] = False,
    as_json: Json = False,
) -> None:
    """Write every value plain again and drop all keys: the way back to an installation without them."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast
    from alpha_swarm.errors import UserError  # noqa: PLC0415

    if not yes:
        raise UserError("whatever else runs would go on sealing: stop it, then say privacy keys unseal --yes")
    with opened_app() as app:
        number = app.ledger.key_book.unseal()
    if as_json:
        print_json({"unsealed": number})
    else:
        out().print(f"{number:,} rows stand plain; unset ENCRYPTION_KEYS before anything is started again")


def _show(found: Mapping[str, Any]) -> None:
    if not found["on"]:
        out().print("values are not sealed: set ENCRYPTION_KEYS")
        return
    show_table(
        "Sealing", ("what", "is"), [("plain rows", found["plain_rows"]), ("current", found["current"])]
    )
    show_members("Keys", _KEY, found["keys"])
    if found["plain_rows"]:
        err().print("alpha-swarm privacy keys seal seals what stands plain")
    if found["without_key"]:
        err().print(f"{found['without_key']:,} of the latest leads have no key: see alpha-swarm doctor")
