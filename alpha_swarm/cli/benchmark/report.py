"""The figures for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.printing import show_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WAITS = ("count", "p50", "p95", "p99", "max")


def show(report: Mapping[str, Any]) -> None:
    """Three tables: figures, waits, processes."""
    show_table("Figures", ("what", "measured"), _figures(report))
    show_table("Waits in seconds", ("from - to", *_WAITS), _waits(report))
    rows = (
        (one["name"], one["cpu_seconds"], *one["memory_mb"].values())
        for one in report["limits_off"]["processes"]
    )
    show_table("Processes, limits off", ("process", "CPU s", "MB at start", "MB at end", "MB at most"), rows)


def _figures(report: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    off, on, acks = report["limits_off"], report["limits_on"], report["webhook_acks"]
    yield "limits off: leads a second", off["leads_a_second"]
    yield "limits off: leads taken in a second", off["taken_in_a_second"]
    yield "limits off: CPU a lead, ms", f"{off['cpu_ms_a_lead']:.2f}"
    yield "limits off: calls", {**off["calls"]["clay"], **off["calls"]["ghl"]}
    yield "limits off: batches filled", _shares(off["batch_fill"])
    yield "limits on: enrich calls used", f"{on['enrich_calls_used_percent']} %"
    yield "limits on: windows", f"{on['windows']} of {on['window_seconds']:g} s"
    yield "limits on: batches filled", _share(on["batch_fill"])
    yield "limits on: 429s", on["rate_limited"]
    yield "light load, limits on: 429s", report["light_load_limited"]["rate_limited"]
    yield "webhooks sent, refused", f"{acks['sent']}, {acks['refused']}"
    yield "steps still owed after the webhooks", acks["steps_owed_afterwards"]


def _waits(report: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    yield _wait("limits off: start - row at Clay", report["limits_off"]["accepted_to_row"])
    for name, title in (("light_load", "light load"), ("light_load_limited", "light load, limits on")):
        yield _wait(f"{title}: accepted - row at Clay", report[name]["accepted_to_row"])
        yield _wait(f"{title}: result - CRM call", report[name]["result_to_crm_call"])
    yield _wait("webhook - answer", report["webhook_acks"]["ack"])


def _wait(title: str, spread: Mapping[str, Any]) -> tuple[str, ...]:
    seconds = ("-" if spread[name] is None else f"{spread[name]:.3f}" for name in _WAITS[1:])
    return (title, str(spread["count"]), *seconds)


def _shares(named: Mapping[str, float | None]) -> str:
    return ", ".join(f"{name} {_share(value)}" for name, value in named.items())


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"
