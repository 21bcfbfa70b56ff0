"""``privacy``: what a person may ask for, and the list of those who are not to come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, err, print_json, show_members, show_table
from alpha_swarm.cli.privacy import audit, keys, lists, notices, person, policy, record
from alpha_swarm.domain.privacy.rights import Right

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

privacy = typer.Typer(help="The rights of the person, and the audit trail.", no_args_is_help=True)

_REQUEST = ("request", "right", "why", "asked_at", "ended_at", "leads")
_STEP = ("system", "state", "attempts", "passes_left", "receipt", "error")
_Who = Annotated[
    str,
    typer.Argument(
        metavar="WHO", help="A lead's id, LinkedIn address, e-mail, phone number, or SYSTEM:RECORD."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    person.register(privacy)
    lists.register(privacy)
    notices.register(privacy)
    policy.register(privacy)
    record.register(privacy)
    privacy.add_typer(audit.audit, name="audit")
    privacy.add_typer(keys.keys, name="keys")
    app.add_typer(privacy, name="privacy")


@privacy.command()
def erase(who: _Who, *, as_json: Json = False) -> None:
    """Forget a person here and in every system, and keep the person out from now on."""
    _ask(Right.ERASURE, who, as_json=as_json)


@privacy.command("object")
def object_(who: _Who, *, as_json: Json = False) -> None:
    """Do nothing more with a person, who is silenced in every CRM; the values stay."""
    _ask(Right.OBJECTION, who, as_json=as_json)


@privacy.command("list")
def list_requests(
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the latest first.")] = 50,
    as_json: Json = False,
) -> None:
    """Show requests, and which systems are still to be reached."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        found = app.rights.latest(limit)
    if as_json:
        print_json({"requests": found})
    else:
        rows = [{**one, "still_due": _still_due(one["steps"])} for one in found]
        show_members("Requests", (*_REQUEST, "still_due"), rows)


@privacy.command()
def show(
    request: Annotated[str, typer.Argument(metavar="REQUEST", help="As privacy list shows it.")],
    *,
    as_json: Json = False,
) -> None:
    """Show a request, its steps and their receipts: ids and figures, nothing of the person."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        _show(app.rights.show(request), as_json=as_json)


@privacy.command()
def done(
    request: Annotated[str, typer.Argument(metavar="REQUEST", help="As privacy list shows it.")],
    system: Annotated[str, typer.Argument(metavar="SYSTEM", help="Whose step is a task.")],
    *,
    as_json: Json = False,
) -> None:
    """Say that a task is done which a system has no way for."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        _show(app.rights.done(request, system.lower()), as_json=as_json)


def _ask(right: Right, who: str, *, as_json: bool) -> None:
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        found = app.rights.ask(right, who)
    _show(found, as_json=as_json)


def _show(found: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    show_table("Request", ("what", "is"), [(name, found[name]) for name in _REQUEST])
    show_members("Steps", _STEP, found["steps"])
    due = _still_due(found["steps"])
    tasks = [one["system"] for one in found["steps"] if one["state"] == "task"]
    if tasks:
        err().print(
            f"by hand: do in {', '.join(tasks)} what the step says, then alpha-swarm privacy done"
            f" {found['request']} SYSTEM",
            soft_wrap=True,
        )
    elif due:
        err().print("the scheduler and a worker of dlq carry out what is still due; privacy show tells of it")


def _still_due(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    return [one["system"] for one in steps if one["state"] != "done"]
