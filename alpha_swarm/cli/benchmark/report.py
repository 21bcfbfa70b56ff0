"""The figures for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.printing import show_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Section = Mapping[str, Any]
    Line = tuple[str, Any]

_SHARES = ("p50", "p95", "p99", "max")


def show(report: Mapping[str, Section]) -> None:
    """Three tables: figures, waits, processes; of the sections that were measured."""
    figures = (line for name, section in report.items() for line in _FIGURES[name](section))
    show_table("Figures", ("what", "measured"), figures)
    waits = (_wait(*line) for name, section in report.items() for line in _WAITS[name](section))
    show_table("Waits in seconds", ("from - to", "count", *_SHARES), waits)
    for section in report.values():
        if "processes" in section:
            _show_processes(section)


def _show_processes(section: Section) -> None:
    rows = ((one["name"], one["cpu_seconds"], *one["memory_mb"].values()) for one in section["processes"])
    show_table("Processes, limits off", ("process", "CPU s", "MB at start", "MB at end", "MB at most"), rows)


def _limits_off(found: Section) -> Iterator[Line]:
    yield "limits off: leads a second", found["leads_a_second"]
    yield "limits off: leads a second, without the start-up", found["leads_a_second_once_started"]
    yield "limits off: leads taken in a second", found["taken_in_a_second"]
    yield "limits off: CPU a lead, ms", f"{found['cpu_ms_a_lead']:.2f}"
    yield "limits off: calls", {**found["calls"]["clay"], **found["calls"]["ghl"]}
    yield (
        "limits off: batches filled",
        ", ".join(f"{name} {_share(value)}" for name, value in found["batch_fill"].items()),
    )


def _limits_on(found: Section) -> Iterator[Line]:
    yield "limits on: windows", f"{found['windows']} of {found['window_seconds']:g} s"
    yield "limits on: enrich calls used", f"{found['enrich_calls_used_percent']} %"
    yield "limits on: batches filled", _share(found["batch_fill"])
    yield "limits on: 429s", found["rate_limited"]


def _light_load(found: Section) -> Iterator[Line]:
    yield f"{_light(found)}: 429s", found["rate_limited"]


def _webhook_acks(found: Section) -> Iterator[Line]:
    yield "webhooks: sent", found["sent"]
    yield "webhooks: refused", found["refused"]
    yield "webhooks: steps still owed afterwards", found["steps_owed_afterwards"]


def _contacts(found: Section) -> Iterator[Line]:
    yield "bare loop: calls a second", found["bare_calls_a_second"]
    for name, crm in found["crms"].items():
        yield f"{name}: contacts a second", crm["a_second"]
        yield f"{name}: times the bare loop", crm["ratio"]


def _sealing(found: Section) -> Iterator[Line]:
    for what in ("take in", "result", "read"):
        one = found[what]
        said = f"{one['sealed_cpu_ms']:.3f} (plain {one['plain_cpu_ms']:.3f}; {one['cpu_ratio']:.2f} times)"
        yield f"values sealed: {what}, CPU a lead, ms", said
        yield f"values sealed: {what}, times the seconds", one["seconds_ratio"]


_FIGURES: Mapping[str, Callable[[Section], Iterator[Line]]] = {
    "limits_off": _limits_off,
    "limits_on": _limits_on,
    "light_load": _light_load,
    "light_load_limited": _light_load,
    "webhook_acks": _webhook_acks,
    "contacts": _contacts,
    "sealing": _sealing,
}


def _light_waits(found: Section) -> list[Line]:
    name = _light(found)
    return [
        (f"{name}: accepted - row", found["accepted_to_row"]),
        (f"{name}: result - CRM", found["result_to_crm_call"]),
    ]


_WAITS: Mapping[str, Callable[[Section], list[Line]]] = {
    "limits_off": lambda found: [("limits off: start - row", found["start_to_row"])],
    "limits_on": lambda _found: [],
    "light_load": _light_waits,
    "light_load_limited": _light_waits,
    "webhook_acks": lambda found: [("webhook - answer", found["ack"])],
    "contacts": lambda _found: [],
    "sealing": lambda _found: [],
}


def _light(found: Section) -> str:
    return f"light load{', limited' if found['limits'] else ''}"


def _wait(title: str, spread: Mapping[str, Any]) -> tuple[str, ...]:
    seconds = ("-" if spread[name] is None else f"{spread[name]:.3f}" for name in _SHARES)
    return (title, str(spread["count"]), *seconds)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"
