"""The settings under which each section runs."""

from __future__ import annotations

#: Calls that Clay permits in a window, by the variable's name.
CLAY_CALLS = {"ROWS": 100, "ENRICH": 50, "UPDATES": 200}
#: The vendors' own window at Clay, in seconds.
CLAY_WINDOW = 60.0
_GHL_CALLS, _GHL_WINDOW = 100, 10.0

_ONE_CRM = {"SYNC_TARGETS": "ghl", "CLAY_BATCH_ENRICH": "50"}
#: Nothing waits for a limit: what is measured is the program.
NO_LIMITS = {
    **{f"CLAY_LIMIT_{name}": "off" for name in (*CLAY_CALLS, "EXPORTS")},
    "CLAY_IN_FLIGHT": "off",
    "GHL_LIMIT": "off",
    "GHL_IN_FLIGHT": "off",
}
#: As much as can be done, results by polling.
UNLIMITED = {**_ONE_CRM, **NO_LIMITS, "CLAY_RESULTS": "poll", "CLAY_POLL_AFTER": "2"}
#: One lead after the other, results by webhook as soon as they are there.
LIGHT = {**_ONE_CRM, "CLAY_RESULTS": "both"}
#: The sandbox without limits.
LIMITLESS_SANDBOX = ("--no-limits",)
#: The sandbox sends each result once and in order.
ORDERLY_WEBHOOKS = tuple(
    part
    for pair in ("webhook_lost=0", "webhook_duplicate=0", "webhook_shuffled=false")
    for part in ("--set", pair)
)


def limited(window: float) -> dict[str, str]:
    """The vendors' limits with windows shortened, Clay's to so many seconds and GoHighLevel's as much."""
    scale = window / CLAY_WINDOW
    clay = {f"CLAY_LIMIT_{name}": f"{calls}/{window:g}" for name, calls in CLAY_CALLS.items()}
    return {
        **_ONE_CRM,
        **clay,
        "GHL_LIMIT": f"{_GHL_CALLS}/{_GHL_WINDOW * scale:g}",
        "CLAY_RESULTS": "poll",
        "CLAY_POLL_AFTER": "2",
    }


def limited_sandbox(window: float) -> tuple[str, ...]:
    """The same on the sandbox's side."""
    return ("--set", f"window_scale={window / CLAY_WINDOW:g}")
