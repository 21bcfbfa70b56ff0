"""What is held and may not be any more is found, and taken out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.scoring import score
from alpha_swarm.domain.policy.withholding import held, without
from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.domain.states import LegalBasis
from alpha_swarm.ports.records import Story
from alpha_swarm.ports.stored_fields import Stripped
from alpha_swarm.ports.withheld import Withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.leads.scoring import Weights
    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.ports.ledger import Ledger, Transaction

#: Leads of a commit: others want to write meanwhile.
_PAGE = 200
#: Under this name what was taken out here is counted, as at a door.
LEDGER = "ledger"


@dataclass(slots=True)
class Found:
    """What is held against the policy."""

    leads: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    """Field → leads that hold it."""

    def add(self, stripped: Mapping[str, Stripped]) -> None:
        """Count a page."""
        self.leads += len(stripped)
        self.fields.update(name for one in stripped.values() for name in one.values)


class ApplyPolicy:
    """Goes through all leads; where the policy forbids nothing that can be held there is nothing to do."""

    def __init__(self, ledger: Ledger, policy: PrivacyPolicy, weights: Weights) -> None:
        self._ledger = ledger
        self._policy = policy
        self._weights = weights

    def look(self) -> Found:
        """How much is held against it."""
        found = Found()
        after = ""
        while ids := self._page(after):
            with self._ledger.read() as tx:
                found.add(self._stripped(tx, ids))
            after = ids[-1]
        return found

    def strip(self) -> Found:
        """Take it out, page by page; what was begun goes on where it was when it is run again."""
        found = Found()
        after = ""
        while ids := self._page(after):
            with self._ledger.begin() as tx:
                tx.leads.lock(ids)
                stripped = self._stripped(tx, ids)
                if stripped:
                    self._take_out(tx, stripped)
            found.add(stripped)
            after = ids[-1]
        return found

    def _page(self, after: str) -> Sequence[str]:
        if not self._policy.not_held(LegalBasis.LEGITIMATE_INTEREST):
            return ()
        with self._ledger.read() as tx:
            return tx.leads.page(after, _PAGE)

    def _stripped(self, tx: Transaction, ids: Sequence[str]) -> dict[str, Stripped]:
        leads = tx.leads.load(ids, history=False)
        found = {key: self._of(lead) for key, lead in leads.items()}
        return {key: one for key, one in found.items() if one is not None}

    def _of(self, lead: Lead) -> Stripped | None:
        names = self._policy.not_held(lead.input.basis)
        values: Mapping[str, Any] = held(lead, names)
        if not values:
            return None
        left = without(lead, names)
        found = left.enrichment
        result = (found, score(found.values, self._weights)) if found else None
        return Stripped(lead=left, result=result, values=values)

    @staticmethod
    def _take_out(tx: Transaction, stripped: Mapping[str, Stripped]) -> None:
        tx.stored_fields.strip(stripped)
        fields = Counter(name for one in stripped.values() for name in one.values)
        tx.withheld.count(LEDGER, Withheld.STRIPPED, fields)
        tx.tell(
            Story(lead_id=key, kind="fields_stripped", detail={"fields": sorted(one.values)})
            for key, one in stripped.items()
        )
        tx.audit.note(AuditKind.CHANGE, action="policy", fields=sorted(fields), leads=sorted(stripped))
