"""Results are completed by what colleagues' results said of the same company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.leads.scoring import Score, score
from alpha_swarm.domain.results.companies import filled, learnt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.leads.enrichment import Enrichment
    from alpha_swarm.domain.leads.scoring import Weights
    from alpha_swarm.domain.results.companies import Company
    from alpha_swarm.ports.ledger import Transaction

    Judged = tuple[Enrichment, Score]


class KnownCompanies:
    """Remembers companies and fills blanks, for as long as their fields count as known."""

    def __init__(self, weights: Weights, seconds: float) -> None:
        self._weights = weights
        self._seconds = seconds

    def complete(self, tx: Transaction, results: Mapping[str, Judged]) -> dict[str, Judged]:
        """The same results, those with blanks filled and scored anew; what they say themselves is learnt."""
        domains = {key: found.values.company_domain for key, (found, _) in results.items()}
        wanted = {domain for domain in domains.values() if domain}
        known = tx.companies.known(wanted, self._seconds) if wanted else {}
        tx.companies.learn(
            {domain: learnt(results[key][0].values) for key, domain in domains.items() if domain}
        )
        return {
            key: self._filled(judged, known.get(domains[key] or "", {})) for key, judged in results.items()
        }

    def _filled(self, judged: Judged, company: Company) -> Judged:
        found = filled(judged[0], company)
        return judged if found is judged[0] else (found, score(found.values, self._weights))
