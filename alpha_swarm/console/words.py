"""What people read in place of names and bare numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

#: For what is not known.
UNKNOWN = "—"

TARGETS = {
    "clay": "Clay",
    "ghl": "GoHighLevel",
    "instantly": "Instantly",
    "hubspot": "HubSpot",
    "salesforce": "Salesforce",
    "slack": "Slack",
}
STEPS = {
    "ingest": "Bring to Clay",
    "enrich": "Start enrichment",
    "collect": "Collect results",
    "write-back": "Write back to Clay",
    **{f"sync-{name}": f"Sync to {called}" for name, called in TARGETS.items()},
}
STATES = {
    "received": "Received",
    "submitted": "At Clay",
    "enriching": "Enriching",
    "enriched": "Scored",
    "syncing": "Syncing",
    "synced": "Synced",
    "unenrichable": "Nothing found",
    "held": "Held",
    "dead": "Dead letter",
    "objected": "Objected",
    "erased": "Erased",
}
#: What a state means to whoever looks: well, waiting for somebody, gone wrong; else it is on its way.
TONES = {
    "synced": "good",
    "held": "warn",
    "dead": "bad",
    "unenrichable": "quiet",
    "objected": "quiet",
    "erased": "quiet",
}

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_FINE = 10


def number(value: float | None, digits: int = 0) -> str:
    """``12,345``; a dash for what is not known."""
    return UNKNOWN if value is None else f"{value:,.{digits}f}"


def amount(value: float | None) -> str:
    """A figure of money or the like: no more digits than it needs."""
    if value is None:
        return UNKNOWN
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:,.2f}"  # noqa: PLR2004 - cents matter below


def share(value: float | None) -> str:
    """``0.5`` as ``50 %``."""
    return UNKNOWN if value is None else f"{value * 100:.0f} %"


def duration(seconds: float | None) -> str:
    """``90`` as ``2 min``."""
    if seconds is None:
        return UNKNOWN
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= _FINE or seconds == int(seconds) else f"{seconds:.1f} s"


def ago(at: float | None, now: float) -> str:
    """How long ago a moment of the ledger was."""
    return "never" if at is None else f"{duration(max(0.0, now - at))} ago"


def moment(text: str) -> str:
    """An ISO time as people read it, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%d %b %Y, %H:%M:%S")


def plain(name: str) -> str:
    """A name of ours as words: ``callback_missed`` as ``Callback missed``."""
    words = name.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def target(name: str) -> str:
    """Whom we talk to."""
    return TARGETS.get(name, plain(name))


def step(name: str) -> str:
    """What is done for a lead."""
    return STEPS.get(name, plain(name))


def state(name: str) -> str:
    """Where a lead is."""
    return STATES.get(name, plain(name))


def tone(name: str) -> str:
    """How a state is marked."""
    return TONES.get(name, "moving")


def said(value: Any) -> str:
    """A value from outside or of a story, whatever it is made of."""
    match value:
        case None:
            return UNKNOWN
        case bool():
            return "yes" if value else "no"
        case float():
            return amount(value)
        case dict():
            return "; ".join(f"{plain(str(name))}: {said(one)}" for name, one in value.items())
        case list() | tuple():
            return ", ".join(map(said, value))
        case _:
            return str(value)
