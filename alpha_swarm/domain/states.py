"""The words for where a lead is, what is owed to it, and to whom it goes."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a lead is on its way."""

    RECEIVED = "received"
    SUBMITTED = "submitted"
    ENRICHING = "enriching"
    ENRICHED = "enriched"
    SYNCING = "syncing"
    SYNCED = "synced"
    UNENRICHABLE = "unenrichable"
    HELD = "held"
    DEAD = "dead"
    OBJECTED = "objected"
    """The person wants nothing more to be done; the values stay to be shown to the person."""
    ERASED = "erased"
    """Nothing is left but an id and figures."""


#: By the person's own right nothing more happens to these, whoever says so.
CLOSED = frozenset({State.OBJECTED, State.ERASED})
#: States in which nothing more is going to happen by itself.
RESTING = CLOSED | {State.SYNCED, State.UNENRICHABLE, State.HELD, State.DEAD}


class Priority(StrEnum):
    """How urgent a lead is; earlier members go first."""

    CRITICAL = "critical"
    NORMAL = "normal"
    BULK = "bulk"

    @property
    def rank(self) -> int:
        """0 goes first."""
        return list(Priority).index(self)


class LegalBasis(StrEnum):
    """On what a person's data is held."""

    LEGITIMATE_INTEREST = "legitimate_interest"
    CONSENT = "consent"
    CONTRACT = "contract"


class Target(StrEnum):
    """A CRM that leads are synced to."""

    GHL = "ghl"
    INSTANTLY = "instantly"
    HUBSPOT = "hubspot"
    SALESFORCE = "salesforce"


class Step(StrEnum):
    """A piece of work that is owed to a lead."""

    INGEST = "ingest"
    ENRICH = "enrich"
    COLLECT = "collect"
    SYNC_GHL = "sync-ghl"
    SYNC_INSTANTLY = "sync-instantly"
    SYNC_HUBSPOT = "sync-hubspot"
    SYNC_SALESFORCE = "sync-salesforce"
    WRITE_BACK = "write-back"

    @classmethod
    def sync(cls, target: Target) -> Step:
        """The step that brings a lead into ``target``."""
        return cls(f"sync-{target.value}")

    @property
    def target(self) -> Target | None:
        """The CRM of a sync step, ``None`` for the others."""
        prefix, _, name = self.value.partition("-")
        return Target(name) if prefix == "sync" else None

    @property
    def party(self) -> str:
        """Whom the step talks to: a CRM's name, or ``clay``."""
        return self.target.value if self.target else "clay"


class SourceType(StrEnum):
    """How a lead was found."""

    COMPETITOR_FOLLOWER = "competitor_follower"
    EVENT_ATTENDEE = "event_attendee"
    GROUP_MEMBER = "group_member"
    POST_COMMENTER = "post_commenter"
    POST_LIKER = "post_liker"
    CRM = "crm"
    DIRECT = "direct"


class EnrichmentStatus(StrEnum):
    """What an enrichment brought, reckoned by us from the checked values."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    PARTIAL = "partial"
    FAILED = "failed"
    UNENRICHABLE = "unenrichable"


class Tier(StrEnum):
    """How well a lead fits the ideal customer profile."""

    ONE = "Tier 1"
    TWO = "Tier 2"
    THREE = "Tier 3"
