"""``enrich``: one lead, from the door to the CRMs, while you wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from alpha_swarm.cli.printing import Json, err, print_json, show_table
from alpha_swarm.domain.states import State

if TYPE_CHECKING:
    from typing import Any


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(enrich)


def enrich(
    *,
    linkedin_url: Annotated[str | None, typer.Option(help="The person's LinkedIn address.")] = None,
    email: Annotated[str | None, typer.Option(help="The person's e-mail, where there is no address.")] = None,
    first_name: Annotated[str | None, typer.Option(help="What is known of the name.")] = None,
    last_name: Annotated[str | None, typer.Option(help="What is known of the name.")] = None,
    company_name: Annotated[str | None, typer.Option(help="Where the person works.")] = None,
    as_json: Json = False,
) -> None:
    """Enrich one lead now and print it; after 120 seconds print its id and state and exit 1."""
    from alpha_swarm.cli.leads.enriching import enrich_one  # noqa: PLC0415 - keeps --help fast

    given = {
        "linkedin_url": linkedin_url,
        "email": email,
        "first_name": first_name,
        "last_name": last_name,
        "company_name": company_name,
    }
    answer = enrich_one({name: value for name, value in given.items() if value is not None})
    _print(answer, as_json=as_json)
    if answer["state"] != State.SYNCED.value:
        err().print(f"the lead is {answer['state']}; alpha-swarm trace {answer['lead_id']} tells why")
        raise typer.Exit(1)


def _print(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        show_table("", ("field", "value"), answer.items())
