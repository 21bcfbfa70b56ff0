"""``budget``: where the money went, and how long the rest will last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.printing import Json, out, print_json, show_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import typer

_METER = ("reserved", "spent", "cap", "left")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(budget)


def budget(*, as_json: Json = False) -> None:
    """Show credits and actions: reserved, spent, saved, caps, cost per usable lead, pace and forecast."""
    from alpha_swarm.cli.opening import opened_app  # noqa: PLC0415 - keeps --help fast

    with opened_app() as app:
        facts = app.budget()
    if as_json:
        print_json(facts)
    else:
        _show(facts)


def _show(facts: Mapping[str, Any]) -> None:
    rows = [
        (meter, span, *map(used.get, _METER))
        for meter in ("credits", "actions")
        for span, used in facts[meter].items()
    ]
    show_table("Meters", ("meter", "in this", *_METER), rows)
    for kind, title in (("batch", "batches"), ("source", "sources")):
        if facts[title]:
            listed = [(one[kind], *map(one["credits"].get, _METER)) for one in facts[title]]
            show_table(f"Credits by {kind}", (kind, *_METER), listed)
    for line in _lines(facts):
        out().print(line, markup=False, soft_wrap=True)


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    cost, saved, forecast = facts["cost"], facts["saved"], facts["forecast"]
    usable = cost["per_usable_lead"]
    if usable:
        yield (
            f"{cost['usable']:,} of {cost['results']:,} results are usable ({cost['hit_rate']:.0%}):"
            f" {usable['credits']:.2f} credits and {usable['actions']:.2f} actions for each"
        )
    yield f"{cost['reserved_per_lead']:g} credits are reserved for each lead until its cost is known"
    if cost["dearest_lead"] > cost["most_per_lead"]:
        yield (
            f"a lead has cost {cost['dearest_lead']:g} credits, more than the {cost['most_per_lead']:g} that"
            " one may cost by the settings, so a cap may have been passed: raise CLAY_CREDITS_PER_LEAD,"
            " or correct the prices in ALPHA_SWARM_COSTS_FILE"
        )
    if saved["duplicates"]:
        yield f"saved: about {saved['credits']:,.0f} credits: {saved['duplicates']:,} were known already"
    if facts["held"]:
        reached = ", ".join(facts["reached"]) or "a doubt, see alpha-swarm calls"
        yield f"{facts['held']:,} leads are held: {reached}"
    yield f"to be paid: {in_words(forecast)}"
    day = facts["reconciliation"]
    yield (
        f"{day['day']}: {day['spent']:,.1f} credits spent, Clay reported {day['reported_by_clay']:,.1f},"
        f" reckoned {day['reckoned']:,.1f}, run again {day['run_again']:,.1f},"
        f" {len(day['in_doubt'])} calls in doubt"
    )


def in_words(forecast: Mapping[str, Any]) -> str:
    """A forecast in one line."""
    credits_, actions = forecast["credits"], forecast["actions"]
    days = forecast["days"]
    span = "never under these caps" if days is None else f"{days:,} day{'' if days == 1 else 's'}"
    basis = "by this ledger's results" if forecast["known"] else "by what is usual"
    return (
        f"{forecast['leads']:,} leads, {credits_['low']:,.0f} to {credits_['high']:,.0f} credits, expected"
        f" {credits_['expected']:,.0f}, and about {actions['expected']:,.0f} actions ({basis}); {span}"
    )
