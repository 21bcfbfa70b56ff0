"""What goes in and out of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alpha_swarm.domain.leads.lead import LeadInput
from alpha_swarm.domain.states import Priority, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A lead at the door."""

    input: LeadInput
    identity: str
    priority: Priority
    batch: str | None = None
    """The intake that it belongs to, where that has several leads."""
    lead_id: str | None = None
    """Whose arrival it is known to be by something else than the identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of an arrival."""

    lead_id: str
    duplicate: bool
    suppressed: bool = False
    """It was refused at the person's own wish: there is no lead, and the id is blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One lead of a claimed batch."""

    lead_id: str
    attempts: int
    """Failures so far."""
    claims: int
    """How often this piece of work was taken up, this time included."""
    waited: float
    """Seconds since the work became owed."""
    crashes: int = 0
    """How often a batch of this lead alone went wrong: its worker died, or our own code failed over it."""
    rank: int | None = None
    """The lower, the better its price is spent; nothing where nobody goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Leads that are leased to this process; ``lease`` is the fencing token."""

    lease: int
    step: Step
    items: Mapping[str, Item]
    left: tuple[str, ...] = ()
    """Others that could have been taken with these: some, not all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A call whose outcome for a lead is not known."""

    age: float
    """Seconds since that came to light."""
    crashed: bool
    """Whether its worker died over it: no failure of the lead's or of the other side's."""
    calls: int = 1
    """How many such calls there have been for the lead, this one included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sends:
    """How often a lead was sent, refusals aside."""

    number: int
    seconds: float
    """Since the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A piece of work to be done for a lead, ``delay`` seconds from now at the earliest."""

    lead_id: str
    step: Step
    turn: float
    """The lead's."""
    delay: float = 0.0


#: The kind of story that is a disclosure of a person's data to another system.
DISCLOSED = "disclosed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An entry of a lead's story; ``detail`` is without personal data."""

    lead_id: str
    kind: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """Why a step was given up for a lead."""

    lead_id: str
    step: Step
    cause: str
    kind: str
    """transient, permanent, poison or privacy."""
    error: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A webhook in the inbox."""

    id: int
    source: str
    """Which door it came through."""
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """Which ledger this is, and a number that grows with its life."""

    ledger: str
    beats: int
    behind: float = 0.0
    """Seconds that the database's clock lies before the last beat: it was set back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a CRM was last given."""

    external_id: str | None
    fingerprint: str | None
    deal_id: str | None = None
    """Of the deal that was opened with it."""
