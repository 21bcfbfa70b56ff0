"""An enricher that takes leads in, answers when it likes, and can be asked nothing."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.calls.effect import Done, Outcome
from alpha_swarm.domain.leads.enrichment import RowResult
from alpha_swarm.domain.leads.requests import lead_of, request_id
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.errors import GiveUpError
from alpha_swarm.ports.enricher import Capabilities

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.privacy.rights import Identifiers, Receipt

FOUND = {"email_work": "found@works.example", "company_size": 250, "title": "VP Sales"}


class Postbox:
    """Implements ``ports.enricher.Enricher`` in memory."""

    def __init__(self, *, resends: bool = True) -> None:
        self.capabilities = Capabilities(
            submit_batch=10, start_batch=0, fetch_batch=0, update_batch=0, looks_up=False, resends=resends
        )
        self.received: Counter[str] = Counter()
        """Request id → how often it came."""
        self.trouble: Exception | None = None
        """What the next submission meets after it took effect."""

    def check(self) -> str:
        """Fine."""
        return "fine"

    def prepare(self) -> None:
        """Nothing to do."""

    def submit(self, leads: Sequence[Lead], key: str) -> Mapping[str, Outcome]:
        """Everything is taken."""
        del key
        names = {lead.id: request_id(lead) for lead in leads}
        self.received.update(names.values())
        trouble, self.trouble = self.trouble, None
        if trouble is not None:
            raise trouble
        return {lead_id: Done(name) for lead_id, name in names.items()}

    def answer(self, name: str, **values: Any) -> bytes:
        """The body of a callback."""
        return json.dumps({"request_id": name, **values}).encode()

    def parse(self, body: bytes) -> Sequence[RowResult]:
        """A flat body."""
        try:
            told = json.loads(body)
            name, error = told.pop("request_id"), told.pop("error", None)
        except (ValueError, KeyError):
            raise GiveUpError("no callback") from None
        whose = {"row_id": name, "lead_id": lead_of(name), "status": EnrichmentStatus.COMPLETED}
        return [RowResult(**whose, error=error, values=told, credits_used=6.0)]

    def start(self, row_ids: Sequence[str], key: str) -> Mapping[str, Outcome]:
        """Never."""
        raise AssertionError((row_ids, key))

    def fetch(self, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """Never."""
        raise AssertionError(row_ids)

    def fetch_one(self, row_id: str) -> RowResult | None:
        """Never."""
        raise AssertionError(row_id)

    def look_up(self, lead_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """Never."""
        raise AssertionError(lead_ids)

    def write_back(self, updates: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Outcome]:
        """Never."""
        raise AssertionError(updates)

    def export(self, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """Never."""
        raise AssertionError(row_ids)

    def close(self) -> None:
        """Nothing is open."""

    def forget(self, who: Identifiers) -> Receipt:
        """Never."""
        raise AssertionError(who)

    def names(self, who: Identifiers) -> Identifiers:
        """Never."""
        raise AssertionError(who)

    def known(self, who: Identifiers) -> Sequence[Mapping[str, Any]]:
        """Never."""
        raise AssertionError(who)
