"""``privacy suppress`` and ``privacy allow``: onto the list of those who are not to come back, and off it."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.asking import Asking
from alpha_swarm.cli.printing import Json, err, out, print_json
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.doors.who import Who

#: Leads that are named on the screen; --json names all.
_MOST_NAMED = 20
_REFERENCE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_File = Annotated[str, typer.Argument(metavar="FILE", help="A CSV file, or - for stdin.")]


def register(privacy: typer.Typer) -> None:
    """Add the commands."""
    privacy.command()(suppress)
    privacy.command()(allow)


def suppress(file: _File, *, as_json: Json = False) -> None:
    """Keep everybody out whom a list names, and forget whoever of them is here, in every system.

    The list: e-mails, phone numbers, LinkedIn addresses or SYSTEM:RECORD in any columns, or a file that
    California's DROP delivered, as it is.
    """
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - the same
    from alpha_swarm.cli.privacy.identifier_files import list_file  # noqa: PLC0415 - keeps --help fast

    with list_file(file) as given:
        if given.drop is not None and given.drop.withdrawn:
            raise UserError(
                f"{file} names those who took their request back: alpha-swarm privacy allow --file {file}"
            )
        began = time.monotonic()
        with opened_app() as app:
            told = app.rights.suppress(given.people())
            if given.drop is not None:
                app.note_drop()
        told |= {"rows": given.read, "seconds": round(time.monotonic() - began, 1), **given.left_out}
    if given.read == given.unread and given.drop is None:
        raise UserError(
            "nothing in it is an e-mail, a phone number, a LinkedIn address or SYSTEM:RECORD; digits are a"
            " phone number with a + in front, or in a column whose heading says phone, mobile or tel"
        )
    if as_json:
        print_json(told)
    else:
        _show_listed(told)


def allow(
    who: Annotated[
        list[str] | None,
        typer.Argument(metavar="WHO...", help="LinkedIn addresses, e-mails, phone numbers or SYSTEM:RECORD."),
    ] = None,
    *,
    file: Annotated[
        str | None, typer.Option("--file", metavar="FILE", help="A list of them, or - for stdin.")
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="REFERENCE", help="Such as a ticket's number; no name.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    as_json: Json = False,
) -> None:
    """Take persons off the list, here and in every copy's way, so that they may come again; shown first."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    if not _REFERENCE.fullmatch(reason):
        raise UserError(
            "--reason goes into the audit trail: give a reference of letters, digits and -_.: alone"
        )
    people, left_out = _meant(who or (), file)
    with opened_app() as app:
        told = app.rights.allow(people)
        if not as_json:
            _show_plan(told)
            _show_left_out(left_out)
        agreed = bool(told["entries"]) and Asking(yes=yes, piped=file == "-").agreed("Take them off?")
        if agreed:
            told = app.rights.allow(people, reason)
    if as_json:
        print_json({**told, **left_out, "applied": bool(agreed)})
    elif agreed:
        out().print(f"{told['entries']:,} entries are off the list")
    elif told["entries"]:
        err().print("nothing was changed; --yes does it")


def _meant(who: Sequence[str], file: str | None) -> tuple[list[Who], dict[str, int]]:
    """Whoever is named, and what of the list names nobody."""
    from alpha_swarm.cli.privacy.identifier_files import list_file  # noqa: PLC0415 - keeps --help fast
    from alpha_swarm.domain.doors.who import read_who  # noqa: PLC0415 - the same

    people: list[Who] = []
    left_out = {"unread": 0, "unread_cells": 0, "first_unread": 0}
    for number, text in enumerate(who, 1):
        found = read_who(text)
        if found is None or not (found.is_lasting or found.lead_id):
            raise UserError(
                f"nobody is known by name {number}: give a LinkedIn address, an e-mail, a phone number"
            )
        people.append(found)
    if file is not None:
        with list_file(file) as given:
            people += given.people()
        left_out = given.left_out
    if not people:
        raise UserError("nobody is named: give WHO, or --file FILE")
    return people, left_out


def _show_listed(told: Mapping[str, Any]) -> None:
    rate = told["rows"] / max(told["seconds"], 0.1)
    out().print(
        f"{told['rows']:,} rows in {told['seconds']:g} s ({rate:,.0f} a second):"
        f" {told['new']:,} entries are new; {told['leads']:,} leads were forgotten",
        soft_wrap=True,
    )
    if told["left"]:
        some = ", ".join(told["left"][:_MOST_NAMED])
        err().print(
            f"{len(told['left']):,} leads were left, as only a phone names them that may be others' as well:"
            f" {some}{' …' if len(told['left']) > _MOST_NAMED else ''}; of them erase whoever is meant, by"
            " profile or e-mail: alpha-swarm privacy erase WHO",
            soft_wrap=True,
            markup=False,
        )
    _show_left_out(told)


def _show_left_out(told: Mapping[str, Any]) -> None:
    if told["unread"]:
        err().print(
            f"{told['unread']:,} rows name nobody by e-mail, phone number, LinkedIn address or SYSTEM:RECORD",
            soft_wrap=True,
        )
    if told["unread_cells"]:
        err().print(
            f"{told['unread_cells']:,} cells seem to hold an address or a number, and could not be read: the"
            f" first stands in row {told['first_unread']:,}, the heading left out; put them right, and give"
            " the list again",
            soft_wrap=True,
        )


def _show_plan(told: Mapping[str, Any]) -> None:
    kinds = ", ".join(f"{number} {kind}" for kind, number in told["kinds"].items())
    out().print(f"on the list: {told['entries']:,} entries{f' ({kinds})' if kinds else ''}", markup=False)
    if told["unknown"]:
        err().print(f"{told['unknown']:,} of the names you gave are on no list")
    if told["objected"]:
        err().print(
            f"objected, and left alone all the same: {', '.join(told['objected'])}; to have them anew:"
            " alpha-swarm privacy erase LEAD first",
            soft_wrap=True,
            markup=False,
        )
