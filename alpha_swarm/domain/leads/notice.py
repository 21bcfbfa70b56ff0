"""Until when a person is to be told that their data is held (GDPR, article 14, 3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.domain.leads.lead import Lead

#: The law's month.
NOTICE = timedelta(days=30)


def notice_due_at(lead: Lead, collected_at: datetime) -> datetime:
    """The earliest of the month's end, the first outreach and the first disclosure, told since or not."""
    return min([collected_at + NOTICE, *_disclosed(lead)])


def _disclosed(lead: Lead) -> Iterator[datetime]:
    """When a system got the person's data; a system that outreach goes by is one of them."""
    for entry in lead.access_log:
        if "system" in entry:
            yield datetime.fromisoformat(entry["timestamp"])
