"""Who goes first when there is not money enough for all: by what is known before anything is paid.

Urgent leads go before others. Among the equally urgent, points say how likely an enrichment is to be worth
its price: people who did something of their own before those who were merely listed, and leads that name more
of what providers search by, as those are found more often. A title is not known before the enrichment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import SourceType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alpha_swarm.domain.lead import Lead

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


def prospects(lead: Lead) -> dict[str, int]:
    """Points by what they are for; those that a lead does not have are left out."""
    given = lead.input
    points = {given.source_type.value: _SOURCES[given.source_type]}
    if given.engagement_content:
        points["engagement_content"] = _WORDS
    return points | {name: worth for name, worth in _FIELDS.items() if getattr(given, name)}


def best_first(leads: Iterable[Lead]) -> list[Lead]:
    """Urgent ones first, then by prospects, then by turn."""
    return sorted(leads, key=lambda lead: (lead.priority.rank, -sum(prospects(lead).values()), lead.turn))
