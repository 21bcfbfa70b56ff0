"""``privacy access`` and ``privacy rectify``: what a person is told, and what a person puts right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, err, out, print_json
from alpha_swarm.domain.rectification import read_corrections

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
    privacy.command()(rectify)


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


def _unless_nobody(told: object) -> None:
    if told is None:
        err().print("nobody is known by that: give another name of the person")
        raise typer.Exit(1)
