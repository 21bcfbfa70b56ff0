"""``report sample``: values are drawn, and people say whether they are right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from alpha_swarm.cli.printing import Json, err, out, print_json, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

sample = typer.Typer(help="Values that people look at, to say how many are right.", no_args_is_help=True)


@sample.command()
def draw(
    number: Annotated[int, typer.Argument(metavar="N", min=1, max=10_000, help="Of how many leads.")],
    *,
    as_json: Json = False,
) -> None:
    """Draw one value of each of N usable leads at random; 100 tell the accuracy to about 8 per cent."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        drawn = app.samples.draw(number)
    if as_json:
        print_json({"drawn": drawn})
    else:
        out().print(f"{drawn:,} values drawn; report sample list shows them, report sample mark judges one")


@sample.command("list")
def list_waiting(
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many to show.")] = 20,
    as_json: Json = False,
) -> None:
    """Show the values that wait for a mark, with whose they are: personal data."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        waiting = app.samples.waiting("report sample list", limit)
    if as_json:
        print_json({"samples": waiting})
        return
    if not waiting:
        err().print("no value waits: draw some with alpha-swarm report sample draw N")
    for one in waiting:
        out().print(_line(one), markup=False, soft_wrap=True)


@sample.command()
def mark(
    sample_id: Annotated[str, typer.Argument(metavar="SAMPLE", help="As report sample list shows it.")],
    mark: Annotated[str, typer.Argument(metavar="MARK", help="right, wrong or unknown.")],
    *,
    as_json: Json = False,
) -> None:
    """Say whether a value is right; the last word holds."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        app.samples.mark(sample_id, mark)
    if as_json:
        print_json({"sample": sample_id, "mark": mark})
    else:
        out().print(f"{sample_id} is {mark}", markup=False)


def _line(one: Mapping[str, Any]) -> str:
    who = ", ".join(map(shown, one["person"].values()))
    return f"{one['id']}  {one['field']}: {shown(one['value'])}  ({one['provider'] or 'unknown'}; of {who})"
