"""Which records of the CRMs are which leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alpha_swarm.domain.crm.news import System


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmRecord:
    """What is remembered of a CRM's record."""

    lead_id: str | None
    """``None`` where no lead could be made of it; of a record that is gone, whose it was."""
    fingerprint: str | None = None
    """Of the fields when it was last seen; ``None``: it is known by our own writing alone."""
    changed_at: datetime | None = None
    gone: bool = False


class CrmRecords(Protocol):
    """Which records of the CRMs are which leads, and what was last seen of them."""

    def known(self, system: System, record_ids: Collection[str]) -> Mapping[str, CrmRecord]:
        """Those of these records that told of themselves or were written by us."""
        ...

    def written(self, system: System, lead_ids: Collection[str]) -> set[str]:
        """Those of these leads that we write or wrote into the system."""
        ...

    def fingerprint(self, fields: Mapping[str, str]) -> str:
        """What the fields come to, without telling them."""
        ...

    def remember(self, system: System, records: Mapping[str, CrmRecord]) -> None:
        """As they were seen now; each lead that has no record there gets its own."""
        ...

    def forget(self, system: System, gone: Mapping[str, datetime]) -> Mapping[str, str]:
        """These records are gone since then and are written to no more: record id → lead id."""
        ...
