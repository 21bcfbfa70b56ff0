"""Takes in a table that was exported by hand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.clay.result_file import opened_results
from alpha_swarm.cli.opening import opened_app

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alpha_swarm.domain.leads.enrichment import RowResult


@dataclass(slots=True)
class _Sorted:
    """Passes on what holds a result."""

    misses: bool
    rows: int = 0
    unreadable: int = 0
    blank: int = 0

    def results(self, found: Iterable[RowResult | None]) -> Iterator[RowResult]:
        for row in found:
            self.rows += 1
            if row is None:
                self.unreadable += 1
            elif row.values or row.error or self.misses:
                yield row
            else:
                # It may not have been run yet, and would end as one of whom nothing was found.
                self.blank += 1


def import_results(name: str, *, misses: bool) -> dict[str, Any]:
    """``rows``, ``applied``, ``unchanged``, ``unknown``, ``unreadable``, ``blank``.

    Raises:
        BadFileError: it is no such table.
    """
    found = _Sorted(misses)
    with opened_results(Path(name)) as rows, opened_app() as app:
        imported = app.import_results.take(found.results(rows))
    return {"rows": found.rows, **asdict(imported), "unreadable": found.unreadable, "blank": found.blank}
