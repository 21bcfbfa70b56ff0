"""Why leads are given up: for each cause what it says, what is needed, and how it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from alpha_swarm.domain.calls.effect import EXHAUSTED, GONE, LATE, POISON, UNANSWERED

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The enricher itself reported an error for the row.
ENRICHMENT_FAILED = "enrichment_failed"


class Way(StrEnum):
    """How a letter is tried again."""

    AGAIN = "again"
    """The step that it died at, once more."""
    ANEW = "anew"
    """The whole way as a new generation, which is charged again."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause in words."""

    says: str
    needed: str
    """What somebody has to do before it is worth a replay."""
    way: Way = Way.AGAIN


_CORRECT = "see the letter's error, correct the lead at its source or the settings, then replay; or discard"
_CAMPAIGN = "give the lead an e-mail, or keep it out of the campaign by the routing rules; else discard"

CAUSES: Mapping[str, Cause] = {
    EXHAUSTED: Cause(
        "every attempt failed, none of them for what the lead is",
        "nothing while it is replayed by itself; given up after five replays: see the target and replay",
    ),
    ENRICHMENT_FAILED: Cause(
        "Clay reported an error for the row", "decide whether another charge is worth it", Way.ANEW
    ),
    LATE.cause: Cause(
        "no result came by CLAY_HARD_DEADLINE", "see whether Clay runs the table, then replay: it only asks"
    ),
    GONE.cause: Cause(
        "Clay no longer keeps the result", "decide whether another charge is worth it", Way.ANEW
    ),
    UNANSWERED.cause: Cause(
        "no callback came by CLAY_HARD_DEADLINE",
        "mend the HTTP API column (alpha-swarm clay setup); another try is another charge",
        Way.ANEW,
    ),
    POISON.cause: Cause(
        "a worker failed over this lead alone", "report it with the log of that time; it is never replayed"
    ),
    "invalid_input": Cause("the other side refuses the values", _CORRECT),
    "invalid_payload": Cause("the webhook source refuses the record", _CORRECT),
    "payload_too_large": Cause("the record is larger than a source takes", _CORRECT),
    "refused": Cause("the other side refuses the record", _CORRECT),
    "not_taken": Cause("Instantly did not take the lead", _CORRECT),
    "no_email": Cause("a campaign needs an e-mail", _CAMPAIGN),
    "no_such_campaign": Cause(
        "the campaign is not there", "correct INSTANTLY_CAMPAIGN_ID or the routing rules, then replay"
    ),
    "unknown_field": Cause(
        "the CRM lacks a field", "add the field that alpha-swarm doctor names, then replay"
    ),
    "gone": Cause("the record is not there any more", "replay: the next sync finds out how it stands"),
}
_STRANGER = Cause("the other side will not have it", _CORRECT)


def cause_named(name: str) -> Cause:
    """What is known of a cause; of one that has no words of its own the usual."""
    return CAUSES.get(name, _STRANGER)
