"""What a rule may ask of a lead, and where it stands. The names of people are not among it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.enrichment import Values
from alpha_swarm.domain.leads.lead import LeadInput
from alpha_swarm.domain.leads.scoring import Score
from alpha_swarm.domain.states import EnrichmentStatus, Priority

if TYPE_CHECKING:
    from alpha_swarm.domain.leads.lead import Lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A lead whose result was checked and scored."""

    status: EnrichmentStatus
    values: Values
    score: Score
    priority: Priority
    input: LeadInput | None = None
    """``None`` where no rule asks for one of :data:`INPUTS`."""

    @classmethod
    def of(cls, lead: Lead) -> Subject | None:
        """``None`` for one that has no result yet."""
        if lead.enrichment is None or lead.score is None:
            return None
        return cls(
            status=lead.enrichment.status,
            values=lead.enrichment.values,
            score=lead.score,
            priority=lead.priority,
            input=lead.input,
        )


class Kind(Enum):
    """How values of a field are compared."""

    TEXT = "text"
    NUMBER = "number"
    LIST = "list"
    CHOICE = "choice"
    """One of a few words."""
    PLACE = "place"


Read = Callable[[Subject], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its name in the output payload, or a word of ours."""

    kind: Kind
    read: Read


def _value(name: str) -> Read:
    return lambda subject: getattr(subject.values, name)


def _given(name: str) -> Read:
    return lambda subject: getattr(subject.input, name, None)


def _of_company(name: str) -> Read:
    """What was found stands above what was given."""
    return lambda subject: getattr(subject.values, name) or getattr(subject.input, name, None)


_TEXTS = (
    "email_personal",
    "phone",
    "title",
    "company_industry",
    "company_revenue",
    "company_location",
    "funding_stage",
    "funding_amount",
    "linkedin_headline",
)
_NUMBERS = ("company_size", "linkedin_connections", "mutual_connections")
_GIVEN = (
    "linkedin_url",
    "company_name",
    "source_name",
    "source_url",
    "engagement_action",
    "engagement_content",
)

FIELDS: Mapping[str, Field] = {
    "tier": Field(Kind.CHOICE, lambda subject: subject.score.tier.value),
    "score": Field(Kind.NUMBER, lambda subject: subject.score.total),
    "status": Field(Kind.CHOICE, lambda subject: subject.status.value),
    "priority": Field(Kind.CHOICE, lambda subject: subject.priority.value),
    "source_type": Field(Kind.CHOICE, _given("source_type")),
    "country": Field(Kind.PLACE, _value("company_location")),
    "territory": Field(Kind.PLACE, _value("company_location")),
    "email": Field(Kind.TEXT, lambda subject: subject.values.email),
    "company_domain": Field(Kind.TEXT, _of_company("company_domain")),
    "tech_stack": Field(Kind.LIST, _value("tech_stack")),
    "recent_posts": Field(Kind.LIST, _value("recent_posts")),
    **{name: Field(Kind.TEXT, _value(name)) for name in _TEXTS},
    **{name: Field(Kind.TEXT, _given(name)) for name in _GIVEN},
    **{name: Field(Kind.NUMBER, _value(name)) for name in _NUMBERS},
}
#: Those that a door took in: they are fetched only where a rule asks for one.
INPUTS = frozenset({"source_type", "company_domain", *_GIVEN})
