"""How runs stand: asked for side by side, a file's results kept for as long as its rows are fetched."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alpha_swarm.connectors.clay.routines_files import parsed
from alpha_swarm.connectors.clay.routines_mapping import (
    failed,
    result_of,
    run_of,
    running,
    unknown_status,
)
from alpha_swarm.connectors.clay.routines_schemas import Item
from alpha_swarm.errors import AlphaSwarmError, HaltError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.calls import Answer
    from alpha_swarm.connectors.clay.routines_client import RoutinesClient
    from alpha_swarm.connectors.clay.routines_files import RoutineFiles
    from alpha_swarm.connectors.clay.routines_mapping import RunName
    from alpha_swarm.domain.leads.enrichment import RowResult

_COMPLETE = "complete"
_IN_PROGRESS = "in_progress"
_CAME_TO_NOTHING = frozenset({"validation_failed", "processing_failed"})
#: They hold people's data, so no longer than it takes to fetch a file's rows a hundred at a time.
_KEPT_SECONDS = 600.0
_MOST_KEPT = 2


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that is over: its items, or why all of them came to nothing."""

    items: Mapping[str, Item | bytes] = field(default_factory=dict, repr=False)
    error: str | None = None

    def row(self, row: str) -> RowResult | None:
        """What became of a row; ``None`` where the run does not have it."""
        if self.error is not None:
            return failed(row, self.error)
        item = self.items.get(run_of(row)[1])
        item = parsed(item) if isinstance(item, bytes) else item
        return None if item is None else result_of(row, item)


@dataclass(frozen=True, slots=True)
class Running:
    """A run that is not over, or that could not be asked this time."""

    def row(self, row: str) -> RowResult | None:
        """Nothing yet."""
        return running(row)


@dataclass(frozen=True, slots=True)
class Gone:
    """A run that Clay knows no more, or never knew."""

    def row(self, row: str) -> RowResult | None:
        """Nothing any more."""
        del row
        return None


Standing = Ended | Running | Gone


class Standings:
    """Asks how runs stand."""

    def __init__(self, client: RoutinesClient, files: RoutineFiles, clock: Clock) -> None:
        self._client = client
        self._files = files
        self._clock = clock
        self._kept: dict[RunName, tuple[float, Ended]] = {}
        self._lock = threading.Lock()

    def of(self, runs: Sequence[RunName]) -> dict[RunName, Standing]:
        """Each run's; one that could not be asked counts as running, unless that goes for all.

        Raises:
            HaltError: the API as a whole is of no use.
            RetryLaterError: not one run could be asked.
        """
        kept = self._remembered()
        found: dict[RunName, Standing] = {run: kept[run] for run in runs if run in kept}
        unknown = [run for run in dict.fromkeys(runs) if run not in found]
        problems: list[AlphaSwarmError] = []
        for place, answer in self._client.first_pages(unknown).items():
            run = unknown[place]
            try:
                found[run] = self._standing(run, answer)
            except HaltError:
                raise
            except AlphaSwarmError as error:
                problems.append(error)
        if problems and not found:
            raise problems[0]
        return {run: found.get(run, Running()) for run in runs}

    def _standing(self, run: RunName, answer: Answer | AlphaSwarmError) -> Standing:
        if isinstance(answer, AlphaSwarmError):
            raise answer
        return self._of_batch(run, answer) if run.batch else self._of_run(run, answer)

    def _of_run(self, run: RunName, answer: Answer) -> Standing:
        pages = self._client.results(run, answer)
        if pages is None:
            return Gone()
        status = pages[-1].status
        if status == _COMPLETE:
            return Ended({item.id: item for page in pages for item in page.data})
        return _otherwise(status)

    def _of_batch(self, run: RunName, answer: Answer) -> Standing:
        state = self._client.batch_results(run, answer)
        if state is None:
            return Gone()
        if state.status != _COMPLETE:
            return _otherwise(state.status)
        if state.result_url is None:
            raise RetryLaterError("clay named no address of a batch's results")
        # At once: the address lives for minutes.
        return self._keep(run, Ended(self._files.read(state.result_url)))

    def _keep(self, run: RunName, ended: Ended) -> Ended:
        with self._lock:
            self._kept[run] = (self._clock.monotonic() + _KEPT_SECONDS, ended)
            while len(self._kept) > _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
        return ended

    def _remembered(self) -> dict[RunName, Ended]:
        with self._lock:
            now = self._clock.monotonic()
            self._kept = {run: kept for run, kept in self._kept.items() if kept[0] > now}
            return {run: ended for run, (_, ended) in self._kept.items()}


def _otherwise(status: str) -> Standing:
    if status == _IN_PROGRESS:
        return Running()
    if status in _CAME_TO_NOTHING:
        return Ended(error=f"the batch came to nothing: {status}")
    return Ended(error=unknown_status(status))
