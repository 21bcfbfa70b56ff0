"""Why a person's data is collected, and how long it may be held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """As they stood on the day on which a lead was taken in: it keeps them, whatever is set later.

    The defaults are those of leads that say nothing, so they never change.
    """

    purpose: str = "sales_outreach"
    interest: str = "B2B revenue operations solutions"
    assessment_id: str | None = None
    """Of the assessment of legitimate interest."""
    assessment_version: str | None = None
    retention_days: int = 730

    def until(self, collected_at: datetime) -> datetime:
        """Until when data first collected then may be held; never renewed.

        Raises:
            OverflowError: that would be after the year 9999.
        """
        return collected_at + timedelta(days=self.retention_days)


USUAL = Grounds()
