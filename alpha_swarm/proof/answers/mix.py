"""A mix of faults for all calls of a lead's life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

#: How long a client of a trial waits for an answer, and how long a hanging server lets it wait.
PATIENCE_SECONDS = 0.5
_HANG_SECONDS = 0.8

_KINDS: tuple[dict[str, Any], ...] = (
    {"fault": "status", "status": 500, "when": "after"},
    {"fault": "status", "status": 502, "when": "after"},
    {"fault": "status", "status": 500, "when": "before"},
    {"fault": "reset", "when": "before"},
    {"fault": "reset", "when": "after"},
    {"fault": "hang", "when": "before", "seconds": _HANG_SECONDS},
    {"fault": "hang", "when": "after", "seconds": _HANG_SECONDS},
)
#: These change something and are not to be repeated: each run tries all of them with a lost reply.
_EFFECTS = (("clay", "addRows"), ("clay", "enrichRows"))
_OTHERS = (
    ("clay", "createTable"),
    ("clay", "searchRows"),
    ("clay", "getRow"),
    ("clay", "updateRows"),
    ("ghl", "listCustomFields"),
    ("ghl", "createCustomField"),
    ("ghl", "upsertContact"),
    ("ghl", "createContact"),
    ("ghl", "searchContacts"),
    ("instantly", "addLeads"),
    ("instantly", "listLeads"),
)


def orders(chance: random.Random) -> list[dict[str, Any]]:
    """What to order from the sandbox."""
    return [*_lost_replies(chance), *(_order(chance, *call) for call in _OTHERS if chance.random() < 0.7)]  # noqa: PLR2004 - most


def _lost_replies(chance: random.Random) -> Iterator[dict[str, Any]]:
    """Both ways in which the reply to an effect is lost without a word, and one of any kind."""
    for service, operation in _EFFECTS:
        call = {"service": service, "operation": operation}
        yield {**call, "fault": "hang", "when": "after", "seconds": _HANG_SECONDS, "times": 1}
        yield {**call, "fault": "reset", "when": "after", "times": 1}
        yield _order(chance, service, operation)


def _order(chance: random.Random, service: str, operation: str) -> dict[str, Any]:
    kind = chance.choice(_KINDS)
    return {"service": service, "operation": operation, **kind, "times": chance.randint(1, 3), "share": 0.5}
