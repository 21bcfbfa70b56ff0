"""``privacy access`` and ``privacy rectify``: what a person is told, and what a person puts right."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, err, out, print_json, show_table
from alpha_swarm.cli.writing import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping

Who = Annotated[
    str,
    typer.Argument(
        metavar="WHO", help="A lead's id, a LinkedIn URL, an e-mail, a phone, or a CRM's record id."
    ),
]


def register(privacy: typer.Typer) -> None:
    """Add the commands."""
    privacy.command()(access)
    privacy.command()(rectify)


def access(
    who: Who,
    *,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page for the person; it needs nothing else."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell all that is held of a person, here, in Clay and in every CRM, with sources and recipients."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast
    from alpha_swarm.person_desk import PersonDesk  # noqa: PLC0415 - the same

    with opened_app() as app:
        told = PersonDesk(app).access(who)
    if html is not None and told is not None:
        from alpha_swarm.cli.privacy.person_page.page import page  # noqa: PLC0415 - keeps --help fast

        write_private(html, page(told))
    if as_json:
        print_json(told if told is not None else {"found": False})
    elif told is not None and html is None:
        _show_told(told)
    _unless_nobody(told)
    for one in told["missing"] if told else ():
        err().print(
            f"{one['system']} is missing: {one['why']}; {one['remedy']}", soft_wrap=True, markup=False
        )


def _show_told(told: Mapping[str, Any]) -> None:
    rows = ((name, len(records)) for name, records in told["personal_data"].items())
    show_table("Held", ("where", "records"), rows)
    given = ((one["system"], len(one["disclosures"]), one["fields"]) for one in told["recipients"])
    show_table("Given to", ("whom", "times", "fields"), given)
    if told["retention_until"]:
        out().print(f"held until {told['retention_until']}", markup=False)
    out().print("--json tells all of it, --html FILE as a page for the person", markup=False)


def rectify(
    who: Who,
    *,
    given: Annotated[
        list[str], typer.Option("--set", metavar="FIELD=VALUE", help="What the person says it is.")
    ],
    as_json: Json = False,
) -> None:
    """Put right what is held of a person: here for good, and in Clay and every CRM."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast
    from alpha_swarm.domain.privacy.rectification import read_corrections  # noqa: PLC0415 - the same
    from alpha_swarm.person_desk import PersonDesk  # noqa: PLC0415 - the same

    corrections = read_corrections(given)
    with opened_app() as app:
        told = PersonDesk(app).rectify(who, corrections)
    if as_json:
        print_json(told if told is not None else {"found": False})
    elif told is not None:
        _show_rectified(told)
    _unless_nobody(told)


def _show_rectified(told: Mapping[str, Any]) -> None:
    fields, leads = ", ".join(told["fields_updated"]), ", ".join(told["lead_ids"])
    out().print(f"put right: {fields} of {leads}", markup=False)
    for name, what in told["systems"].items():
        out().print(f"{name} {what}", markup=False)
    if told["request"]:
        out().print(
            f"the person has objected and stays silenced: alpha-swarm privacy show {told['request']} tells"
            " how far it is",
            markup=False,
            soft_wrap=True,
        )


def _unless_nobody(told: object) -> None:
    if told is None:
        err().print("nobody is known by that: give another name of the person")
        raise typer.Exit(1)
