"""The transport ``rest``: rows in by POST, enrichment started by POST, results by search and webhook."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Endpoint
from alpha_swarm.connectors.clay import facts, mapping, outcomes
from alpha_swarm.connectors.clay.client import ClayClient, RowsRefused
from alpha_swarm.connectors.clay.setup import ClaySetup
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.whose import see_to_all
from alpha_swarm.domain.calls.effect import Done
from alpha_swarm.domain.privacy.rights import Receipt
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
        return None if row is None else _understood(row)

    def look_up(self, lead_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """The rows that carry our lead ids."""
        wanted = set(lead_ids)
        found = self._search("lead_id", lead_ids)
        return mapping.best_by_lead(result for result in found if result.lead_id in wanted)

    def parse(self, body: bytes) -> Sequence[RowResult]:
        """The rows in a webhook's body."""
        return mapping.delivered(body)

    def write_back(self, updates: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Outcome]:
        """Set columns of many rows."""
        row_ids = list(updates)
        rows = [{**values, "id": row_id} for row_id, values in updates.items()]
        states = self._client.update_rows(self._setup.table_id, rows)
        if isinstance(states, RowsRefused):
            return outcomes.of_refused(row_ids, rows, states)
        return outcomes.of_updated(row_ids, states)

    def export(self, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """Many rows a call."""
        table_id, wanted = self._setup.table_id, set(row_ids)
        found = map(_understood, _pages(lambda page: self._client.export_rows(table_id, row_ids, page)))
        return {result.row_id: result for result in found if result.row_id in wanted}

    def forget(self, row_ids: Sequence[str]) -> Receipt:
        """Remove rows one by one, as the API has it, and look whether they are gone."""
        table_id = self._setup.table_id
        removed = see_to_all(
            facts.TARGET,
            lambda: self._found(row_ids),
            lambda ids: self._client.delete_rows(table_id, ids, facts.MOST_IN_FLIGHT),
        )
        return Receipt(removed=removed)

    def known(self, row_ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """All columns of these rows."""
        return list(self._found(row_ids).values())

    def _found(self, row_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        wanted = set(row_ids)
        chunks = _chunks(row_ids, facts.SEARCH_PAGE)
        rows = (row for chunk in chunks for row in self._search_rows({"id": chunk}))
        found = {_understood(row).row_id: row for row in rows}
        return {row_id: row for row_id, row in found.items() if row_id in wanted}

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _search(self, column: str, values: Sequence[str]) -> Iterator[RowResult]:
        for chunk in _chunks(values, facts.SEARCH_PAGE):
            yield from self._search_chunk({column: chunk})

    def _search_chunk(self, query: Mapping[str, Any]) -> Iterator[RowResult]:
        return map(_understood, self._search_rows(query))

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


def _understood(row: Mapping[str, Any]) -> RowResult:
    """A row without an id must not pass for a row that is not there."""
    result = mapping.row_result(row)
    if result is None:
        raise RetryLaterError("clay sent a row without an id")
    return result


def _chunks(values: Sequence[str], size: int) -> Iterator[list[str]]:
    rest = iter(dict.fromkeys(values))
    while chunk := list(itertools.islice(rest, size)):
        yield chunk
