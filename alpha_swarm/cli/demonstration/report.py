"""The closing report for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.printing import out, show_table

if TYPE_CHECKING:
    from collections.abc import Mapping


def show(report: Mapping[str, Any]) -> None:
    """Funnel, tiers, fill rates, costs, and the books of both sides."""
    file, leads = report["file"], report["leads"]
    ends = {name: leads[name] for name in ("synced", "unenrichable", "dead", "held")}
    show_table("Funnel", ("step", "leads"), [*file.items(), *ends.items()])
    show_table("Tiers", ("tier", "leads"), sorted(report["tiers"].items()))
    rates = ((name, f"{share:.0%}") for name, share in report["fill_rates"].items())
    show_table("Fill rates of enriched leads", ("field", "filled"), rates)
    books = (
        (entry["what"], entry["ours"], entry["theirs"], "ok" if entry["ok"] else "WRONG")
        for entry in report["books"]
    )
    show_table("The books", ("what", "ours", "sandbox", ""), books)
    _close(report)


def _close(report: Mapping[str, Any]) -> None:
    console = out()
    dead = report["leads"]["dead"]
    if dead:
        console.print(f"{dead} dead: Clay's own enrichment of them failed; trying again would cost again")
    done = report["leads"]["synced"]
    each = f"{report['credits'] / done:.1f} a synced lead" if done else "nothing synced"
    console.print(f"{report['seconds']} s, {report['credits']:,.1f} credits, {each}")
    if "home" in report:
        console.print(f"kept: {report['home']}", soft_wrap=True)
    verdict = "[green]the books balance[/]" if report["ok"] else "[red]the books do not balance[/]"
    console.print(verdict)
