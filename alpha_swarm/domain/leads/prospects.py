"""Who goes first when there is not money enough for all: by what is known before anything is paid.

Urgent leads go before others. Among the equally urgent, points say how likely an enrichment is to be worth
its price: people who did something of their own before those who were merely listed, and leads that name more
of what providers search by, as those are found more often. A title is not known before the enrichment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import SourceType

if TYPE_CHECKING:
    from alpha_swarm.domain.leads.lead import LeadInput
    from alpha_swarm.domain.states import Priority

_SOURCES = {
    SourceType.DIRECT: 40,
    SourceType.CRM: 40,
    SourceType.POST_COMMENTER: 30,
    SourceType.EVENT_ATTENDEE: 25,
    SourceType.COMPETITOR_FOLLOWER: 20,
    SourceType.POST_LIKER: 15,
    SourceType.GROUP_MEMBER: 10,
}
_WORDS = 10
_FIELDS = {"linkedin_url": 15, "company_domain": 10, "company_name": 10, "email": 5, "last_name": 5}


#: More than any points: what is more urgent goes first, whoever it is.
_URGENCY = 1000


def prospects(given: LeadInput) -> dict[str, int]:
    """Points by what they are for; those that a lead does not have are left out."""
    found = {given.source_type.value: _SOURCES[given.source_type]}
    if given.engagement_content:
        found["engagement_content"] = _WORDS
    return found | {name: points for name, points in _FIELDS.items() if getattr(given, name)}


def rank(given: LeadInput, priority: Priority) -> int:
    """One number to sort by, the best lead's the lowest; among equals the turn decides."""
    return priority.rank * _URGENCY - sum(prospects(given).values())
