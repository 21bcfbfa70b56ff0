"""Rows in several tables: one that is full is followed by another, and rows stay where they were added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.clay import facts, mapping
from alpha_swarm.connectors.clay.client import search_chunks
from alpha_swarm.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from alpha_swarm.connectors.clay.client import ClayClient, Search


@dataclass(frozen=True, slots=True)
class Found:
    """A row, and where it stands."""

    table_id: str
    row_id: str
    row: Mapping[str, Any]


class Tables:
    """Some of our tables, searched side by side."""

    def __init__(self, client: ClayClient, table_ids: Sequence[str], former: Collection[str]) -> None:
        """``former``: those of them that somebody may have deleted since they were filled."""
        self._client = client
        self._table_ids = table_ids
        self._former = former
        self.gone: set[str] = set()
        """Those that Clay was found to have no more."""

    def find(
        self, asked: Mapping[str, Collection[str]], table_ids: Sequence[str] | None = None
    ) -> Iterator[Found]:
        """The rows in which any of these columns has one of its values; one may come several times."""
        searches = [
            (table_id, {column: chunk})
            for table_id in (self._table_ids if table_ids is None else table_ids)
            for column, values in asked.items()
            for chunk in search_chunks(values)
        ]
        for table_id, row in self._rows(searches):
            yield Found(table_id, mapping.understood(row).row_id, row)

    def _rows(self, searches: Sequence[Search]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for number in range(1, facts.MOST_PAGES):
            if not searches:
                return
            pages = self._client.search_each(searches, number, self._former)
            came = list(zip(searches, pages, strict=True))
            self.gone |= {table_id for (table_id, _), page in came if page is None}
            for (table_id, _), page in came:
                yield from ((table_id, row) for row in (page.rows if page else ()))
            searches = [one for one, page in came if page and page.pagination.has_next_page]
        raise RetryLaterError("clay's pages do not end")
