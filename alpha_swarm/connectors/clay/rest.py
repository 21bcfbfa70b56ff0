"""The transport ``rest``: rows in by POST, enrichment started by POST, results by search and webhook."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Endpoint
from alpha_swarm.connectors.clay import facts, mapping, outcomes
from alpha_swarm.connectors.clay.client import ClayClient, RowsRefused, search_chunks
from alpha_swarm.connectors.clay.person import Person
from alpha_swarm.connectors.clay.setup import ClaySetup
from alpha_swarm.connectors.clay.tables import Tables
from alpha_swarm.connectors.http import Http
from alpha_swarm.domain.calls.effect import Done, Gone
from alpha_swarm.domain.results.columns import row_fields
from alpha_swarm.errors import RetryLaterError
from alpha_swarm.ports.enricher import Capabilities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.clay.schemas import RowPage
    from alpha_swarm.connectors.clay.settings import ClayConfig
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.leads.enrichment import RowResult
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
    from alpha_swarm.ports.edge import Facts, Gate


class ClayRest:
    """The enricher over Clay's REST API v1."""

    def __init__(self, config: ClayConfig, gate: Gate, known: Facts, clock: Clock) -> None:
        endpoint = Endpoint(
            target=facts.TARGET, base_url=config.base_url, keys=config.keys, verdicts=facts.VERDICTS
        )
        self._config = config
        self._http = Http(endpoint, gate, clock)
        self._client = ClayClient(self._http)
        self._setup = ClaySetup(config, self._client, known)

    @property
    def capabilities(self) -> Capabilities:
        """Batch sizes and abilities."""
        return Capabilities(
            submit_batch=self._config.batch_rows,
            start_batch=self._config.batch_enrich,
            fetch_batch=facts.SEARCH_PAGE,
            update_batch=self._config.batch_updates,
            export_batch=self._config.batch_export,
            looks_up=True,
        )

    def check(self) -> str:
        """Ask for something harmless; the answer is one line for ``doctor``."""
        self._client.list_tables(1, limit=1)
        return "clay answers"

    def prepare(self) -> None:
        """Find or create the table and register the webhook; harmless when repeated."""
        self._setup.prepare()

    def submit(self, leads: Sequence[Lead], key: str) -> Mapping[str, Outcome]:
        """Add a row for each lead: all or none, so the good ones wait when bad ones are named."""
        rows = [row_fields(lead) for lead in leads]
        names = [lead.id for lead in leads]
        added = self._client.add_rows(self._setup.table_id, rows, key)
        if isinstance(added, RowsRefused):
            return outcomes.of_refused(names, rows, added)
        return {name: Done(row_id) for name, row_id in zip(names, added, strict=True)}

    def start(self, row_ids: Sequence[str], key: str) -> Mapping[str, Outcome]:
        """Start the paid enrichment."""
        states = self._client.enrich_rows(self._setup.table_id, row_ids, key)
        return outcomes.of_started(row_ids, states)

    def fetch(self, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """The rows as they stand."""
        wanted = set(row_ids)
        found = self._search("id", row_ids)
        return {result.row_id: result for result in found if result.row_id in wanted}

    def fetch_one(self, row_id: str) -> RowResult | None:
        """One row."""
        row = self._client.get_row(self._setup.table_id, row_id)
        return None if row is None else mapping.understood(row)

    def look_up(self, lead_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """The rows that carry our lead ids."""
        wanted = set(lead_ids)
        found = self._search("lead_id", lead_ids)
        return mapping.best_by_lead(result for result in found if result.lead_id in wanted)

    def parse(self, body: bytes) -> Sequence[RowResult]:
        """The rows in a webhook's body."""
        return mapping.delivered(body)

    def write_back(self, updates: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Outcome]:
        """Set columns of many rows; what is not in the present table stands in one before it."""
        outcomes = dict(self._update(self._setup.table_id, updates))
        lost = [row_id for row_id, outcome in outcomes.items() if isinstance(outcome, Gone)]
        for table_id, row_ids in self._former(lost).items():
            outcomes |= self._update(table_id, {row_id: updates[row_id] for row_id in row_ids})
        return outcomes

    def _former(self, row_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Table before the present one → those of the rows that stand there."""
        former = self._setup.tables[1:] if row_ids else []
        there: defaultdict[str, list[str]] = defaultdict(list)
        for found in Tables(self._client, former, former).find({"id": row_ids}):
            if found.row_id in row_ids:
                there[found.table_id].append(found.row_id)
        return there

    def _update(self, table_id: str, updates: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Outcome]:
        row_ids = list(updates)
        rows = [{**values, "id": row_id} for row_id, values in updates.items()]
        states = self._client.update_rows(table_id, rows)
        if isinstance(states, RowsRefused):
            return outcomes.of_refused(row_ids, rows, states)
        return outcomes.of_updated(row_ids, states)

    def export(self, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """Many rows a call."""
        table_id, wanted = self._setup.table_id, set(row_ids)
        rows = _pages(lambda page: self._client.export_rows(table_id, row_ids, page))
        found = map(mapping.understood, rows)
        return {result.row_id: result for result in found if result.row_id in wanted}

    def forget(self, who: Identifiers) -> Receipt:
        """Remove their rows from each table that was ever ours."""
        return Person(self._client, self._setup.tables, who).forget()

    def known(self, who: Identifiers) -> Sequence[Mapping[str, Any]]:
        """Their rows, with all columns."""
        return Person(self._client, self._setup.tables, who).known()

    def names(self, who: Identifiers) -> Identifiers:
        """As their rows have them."""
        return Person(self._client, self._setup.tables, who).names()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _search(self, column: str, values: Sequence[str]) -> Iterator[RowResult]:
        for chunk in search_chunks(values):
            yield from self._search_chunk({column: chunk})

    def _search_chunk(self, query: Mapping[str, Any]) -> Iterator[RowResult]:
        return map(mapping.understood, self._search_rows(query))

    def _search_rows(self, query: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        table_id = self._setup.table_id
        return _pages(lambda page: self._client.search_rows(table_id, query, page))


def _pages(fetch: Callable[[int], RowPage]) -> Iterator[Mapping[str, Any]]:
    for number in range(1, facts.MOST_PAGES):
        page = fetch(number)
        yield from page.rows
        # An empty page may stand in the middle: a server may filter after it has cut its pages.
        if not page.pagination.has_next_page:
            return
    raise RetryLaterError("clay's pages do not end")
