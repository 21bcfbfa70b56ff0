"""``dlq plan``, ``dlq apply``, ``dlq replays``, ``dlq stop``: trying dead letters again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alpha_swarm.app import App

_LOOK_SECONDS = 1.0
_OVER = ("stopped", "done")
_REPLAY = ("id", "state", "planned", "begun", "done", "died_again", "moot", "started_at", "ended_at", "why")


def register(dlq: typer.Typer) -> None:
    """Add the commands."""
    for command in (plan, apply, replays, stop):
        dlq.command()(command)


def plan(
    ids: Ids = None,
    *,
    kind: KindOption = None,
    cause: CauseOption = None,
    step: StepOption = None,
    since: SinceOption = None,
    as_json: Json = False,
) -> None:
    """Say what a replay would do, cost and change, and print the hash that dlq apply needs."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    meant = chosen(kind, cause, step, since, ids)
    with opened_app() as app:
        end_if_unknown(app, ids, as_json=as_json)
        planned = app.dead_letters.plan(meant)
    if as_json:
        print_json(planned)
    else:
        _show_plan(planned)


def apply(
    plan_hash: Annotated[str, typer.Argument(metavar="HASH", help="As dlq plan printed it.")],
    *,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Show how it goes until its end.")] = True,
    as_json: Json = False,
) -> None:
    """Begin what was planned: 5 in 100 first, then 25, then all; it stops itself when they die again."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        begun = app.dead_letters.apply(plan_hash.strip().lower())
        if begun["refused"]:
            answer, failed = begun, True
            err().print(f"not applied: {begun['refused']}", markup=False, soft_wrap=True)
        else:
            told = _followed(app, begun["replay_id"]) if wait else app.dead_letters.replay(begun["replay_id"])
            answer = {**begun, **(told or {})}
            failed = answer["state"] == "stopped"
    if as_json:
        print_json(answer)
    elif not begun["refused"]:
        _show_end(answer)
    if failed:
        raise typer.Exit(1)


def replays(
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the latest first.")] = 20,
    as_json: Json = False,
) -> None:
    """Show replays that were applied, and how far each has come."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        rows = app.dead_letters.replays(limit)
    if as_json:
        print_json({"replays": rows})
    else:
        show_members("Replays", _REPLAY, rows)


def stop(
    replay: Annotated[str, typer.Argument(metavar="ID", help="As dlq replays shows it.")],
    *,
    as_json: Json = False,
) -> None:
    """Let nothing more of a replay begin; what has begun goes on."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        stopped = app.dead_letters.stop(replay.upper())
    if as_json:
        print_json({"stopped": stopped})
    if not stopped:
        err().print("no such replay is under way: alpha-swarm dlq replays shows how each stands")
        raise typer.Exit(1)


def _followed(app: App, replay_id: str) -> Mapping[str, Any] | None:
    err().print("the scheduler of alpha-swarm up drives it, and goes on when you close this terminal")
    shown = None
    while (told := app.dead_letters.replay(replay_id)) and told["state"] not in _OVER:
        if (line := _line(told)) != shown:
            err().print(line, markup=False)
            shown = line
        time.sleep(_LOOK_SECONDS)
    return told


def _line(told: Mapping[str, Any]) -> str:
    return (
        f"stage {told['stage']} of {len(told['stages'])}: {told['begun']:,} of {told['planned']:,} begun,"
        f" {told['done']:,} came through, {told['died_again']:,} died again"
    )


def _show_end(told: Mapping[str, Any]) -> None:
    out().print(f"replay {told['replay_id']} is {told['state']}; {_line(told)}", markup=False, soft_wrap=True)
    if told["why"]:
        out().print(f"why: {told['why']}", markup=False, soft_wrap=True)


def _show_plan(planned: Mapping[str, Any]) -> None:
    columns = ("step", "cause", "way", "paid for", "letters")
    rows = [
        (one["step"], one["cause"], one["way"], "yes" if one["paid"] else "no", one["runs"])
        for one in planned["groups"]
    ]
    show_table(f"{planned['runs']:,} of {planned['letters']:,} letters would run", columns, rows)
    for line in _lines(planned):
        out().print(line, markup=False, soft_wrap=True)


def _lines(planned: Mapping[str, Any]) -> Iterator[str]:
    credits_, actions = planned["credits"], planned["actions"]
    basis = "by this ledger's results" if planned["known"] else "by what is usual"
    yield (
        f"{planned['paid']:,} of them are paid for: {credits_['low']:,.1f} to {credits_['high']:,.1f}"
        f" credits, expected {credits_['expected']:,.1f}, about {actions['expected']:,.0f} actions ({basis})"
    )
    yield from map(_looked, planned["looked_at"].items(), planned["fields"].values())
    for words, name in (("nothing left to do", "moot"), ("left as they are", "left")):
        reasons = ", ".join(f"{why.replace('_', ' ')} {number:,}" for why, number in planned[name].items())
        if reasons:
            yield f"{words}: {reasons}"
    yield from planned["notes"]
    if planned["runs"] or planned["moot"]:
        yield f"good until {planned['expires_at']}: alpha-swarm dlq apply {planned['hash']}"


def _looked(looked: tuple[str, Mapping[str, int]], changed: Mapping[str, int]) -> str:
    target, records = looked
    fields = ", ".join(f"{name} {number:,}" for name, number in changed.items()) or "none"
    return f"{target}: {records['records']:,} of {records['of']:,} records were read; changes: {fields}"
