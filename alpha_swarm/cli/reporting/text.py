"""The report on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.printing import out, show_table
from alpha_swarm.reporting import wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_SOURCES = 20


def show(report: Mapping[str, Any]) -> None:
    """Funnel, tiers, fill rates, costs, sources, providers, quality."""
    funnel = report["funnel"]
    steps = [(words, funnel[step]) for step, words in wording.STEPS.items()]
    show_table("Funnel", ("step", "leads"), steps)
    show_table("Tiers of usable leads", ("tier", "leads"), report["tiers"].items())
    rates = ((wording.named(name), wording.rate(share)) for name, share in report["fill_rates"].items())
    show_table("Fill rates of usable leads", ("field", "filled"), rates)
    _show_sources(report["sources"])
    _show_providers(report["providers"], report["days"])
    _show_executions(report["throughput"]["executions"], report["days"])
    for line in lines(report):
        out().print(line, markup=False, soft_wrap=True)


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    """What fits no table."""
    cost, quality = report["cost"], report["quality"]
    yield (
        f"cost: {wording.number(cost['credits'])} credits and {wording.number(cost['actions'])} actions;"
        f" {wording.money(cost['per_usable_lead'])} credits a usable lead,"
        f" {wording.money(cost['per_synced_lead'])} a synced one"
    )
    saved = cost["saved"]
    yield f"saved: about {saved['credits']:,.0f} credits: {saved['arrivals']:,} arrivals were known already"
    for one in cost["quota"]:
        yield f"quota: {wording.per_cent(one['percent'])} of {wording.number(one['cap'])} {one['what']} used"
    days = report["throughput"]["by_day"]
    received, results = (sum(one[name] for one in days) for name in ("received", "results"))
    yield f"last {report['days']} days: {received:,} leads received, {results:,} results"
    executions = report["throughput"]["executions"]
    if executions is not None:
        yield wording.volume(executions)
        yield wording.errors(executions)
    yield f"completeness: {wording.completeness(quality['completeness'])}"
    yield f"consistency: {wording.consistency(quality['consistency'])}"
    yield f"timeliness: {wording.timeliness(quality['timeliness'])}"
    yield f"duplicates: {wording.duplicates(quality['duplicates'])}"
    yield f"accuracy: {wording.accuracy(quality['accuracy'])}"


def _show_sources(sources: list[dict[str, Any]]) -> None:
    columns = ("source", "leads", "usable", "usable_rate", "credits", "each", "known")
    rows = [
        (
            one["source"],
            one["leads"],
            one["usable"],
            wording.rate(one["usable_rate"]),
            one["credits"],
            wording.money(one["credits_per_usable_lead"]),
            one["known"],
        )
        for one in sources[:_MOST_SOURCES]
    ]
    if rows:
        more = f" (the largest {_MOST_SOURCES} of {len(sources)})" if len(sources) > _MOST_SOURCES else ""
        show_table(f"Sources{more}", tuple(name.replace("_", " ") for name in columns), rows)


def _show_providers(providers: list[dict[str, Any]], days: int) -> None:
    rows = [
        (
            one["provider"],
            one["uses"],
            wording.rate(one["hit_rate"]),
            one["missed"],
            one["dropped"],
            one["credits"],
            wording.money(one["credits_per_hit"]),
        )
        for one in providers
    ]
    columns = ("provider", "asked", "hit rate", "missed", "dropped", "credits", "a hit")
    if rows:
        show_table(f"Providers in {days} days", columns, rows)


def _show_executions(found: Mapping[str, Any] | None, days: int) -> None:
    if found is None:
        return
    rows = [
        (
            name,
            one["executions"],
            wording.rate(one["success_rate"]),
            one["records"],
            one["records_failed"],
            wording.seconds(one["average_seconds"]),
            wording.seconds(one["p95_seconds"]),
        )
        for name, one in wording.workflows(found)
    ]
    columns = ("workflow", "executions", "success", "records", "failed", "average", "p95")
    show_table(f"Executions in {days} days", columns, rows)
