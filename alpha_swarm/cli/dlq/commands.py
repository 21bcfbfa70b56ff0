"""``dlq``: what was given up, why, and what is done about it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from alpha_swarm.cli.dlq import replays
from alpha_swarm.cli.dlq.selection import (
    CauseOption,
    Ids,
    KindOption,
    SinceOption,
    StepOption,
    chosen,
    end_if_unknown,
)
from alpha_swarm.cli.printing import Json, err, out, print_json, show_members, show_table

dlq = typer.Typer(help="Dead letters: what was given up, and trying it again by plan.", no_args_is_help=True)

_GROUP = ("step", "cause", "kind", "letters", "given_up", "next_replay_at", "needed")
_EACH = ("id", "step", "cause", "died_at", "error")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    replays.register(dlq)
    app.add_typer(dlq, name="dlq")


@dlq.command("list")
def list_letters(  # noqa: PLR0913 - one parameter an option
    *,
    each: Annotated[bool, typer.Option("--each", help="One by one instead of in groups.")] = False,
    kind: KindOption = None,
    cause: CauseOption = None,
    step: StepOption = None,
    since: SinceOption = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="With --each, how many.")] = 100,
    after: Annotated[str, typer.Option(help="With --each, those after this id.")] = "",
    as_json: Json = False,
) -> None:
    """Show dead letters, grouped by cause, and what is needed for each."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    meant = chosen(kind, cause, step, since)
    with opened_app() as app:
        groups = app.dead_letters.groups(kind, cause, step, since)
        letters = app.dead_letters.list(meant, limit, after) if each else None
    total = sum(one["letters"] for one in groups)
    if as_json:
        print_json({"total": total, "groups": groups} | ({} if letters is None else {"letters": letters}))
    elif letters is None:
        show_members(f"{total:,} dead letters", _GROUP, groups)
    else:
        show_members(f"{len(letters):,} of {total:,} dead letters", _EACH, letters)


@dlq.command()
def show(
    letter: Annotated[str, typer.Argument(metavar="ID", help="As dlq list --each shows it.")],
    *,
    as_json: Json = False,
) -> None:
    """Show one dead letter, open or closed."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        found = app.dead_letters.show(letter.upper())
    if as_json:
        print_json(found if found is not None else {"found": False})
    elif found is not None:
        show_table(
            f"Dead letter {found['id']}", ("what", "is"), [(name, _told(is_)) for name, is_ in found.items()]
        )
    if found is None:
        err().print("no such dead letter")
        raise typer.Exit(1)


@dlq.command()
def discard(
    ids: Ids = None,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in each lead's story.")],
    kind: KindOption = None,
    cause: CauseOption = None,
    step: StepOption = None,
    since: SinceOption = None,
    as_json: Json = False,
) -> None:
    """Close dead letters for good, with a reason; their leads stay as they are."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    meant = chosen(kind, cause, step, since, ids)
    with opened_app() as app:
        end_if_unknown(app, ids, as_json=as_json)
        closed = app.dead_letters.discard(meant, reason)
    if as_json:
        print_json({"discarded": closed})
    else:
        out().print(f"{closed:,} dead letters are closed")


def _told(value: Any) -> Any:
    return ("no", "yes")[value] if isinstance(value, bool) else value
