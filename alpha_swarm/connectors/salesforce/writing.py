"""Collections of what was decided, and what came of each record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.connectors.salesforce import facts, results
from alpha_swarm.connectors.salesforce.client import Collection, chunks
from alpha_swarm.connectors.salesforce.mapping import LEAD_ID
from alpha_swarm.connectors.salesforce.results import Meaning, Misfit, Write
from alpha_swarm.domain.calls.effect import Doubt, Refused, outcome_of
from alpha_swarm.errors import STOPPING, AlphaSwarmError, GiveUpError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.connectors.salesforce.client import SalesforceClient
    from alpha_swarm.connectors.salesforce.layout import Layout
    from alpha_swarm.connectors.salesforce.schemas import Results


class Writing:
    """One layout's way of writing."""

    def __init__(self, client: SalesforceClient, layout: Layout, at_once: int) -> None:
        self._client = client
        self._layout = layout
        self._at_once = at_once

    def of(self, writes: Sequence[Write]) -> Iterator[Mapping[str, Meaning]]:
        """Lead id → what came of it, in portions; what stops the target is raised at the end."""
        known = chunks([write for write in writes if write.record is not None], facts.MOST_WRITTEN)
        new = chunks([write for write in writes if write.record is None], facts.MOST_WRITTEN)
        yield from self._each([*known, *new])

    def _each(self, parts: Sequence[Sequence[Write]]) -> Iterator[Mapping[str, Meaning]]:
        stopped: AlphaSwarmError | None = None
        for portion in self._client.write_each([self._collection(part) for part in parts], self._at_once):
            for place, answer in portion.items():
                if isinstance(answer, STOPPING):
                    stopped = answer
                elif _is_refused(answer) and len(parts[place]) > 1:
                    yield from self._halves(parts[place])
                else:
                    yield _meanings(parts[place], answer)
        if stopped is not None:
            # What stops the target stops the rest; what took effect by then is worth keeping.
            raise stopped

    def _halves(self, part: Sequence[Write]) -> Iterator[Mapping[str, Meaning]]:
        """Nothing of a refused call was taken and nobody is named, so each half is tried alone."""
        middle = len(part) // 2
        yield from self._each([part[:middle], part[middle:]])

    def _collection(self, part: Sequence[Write]) -> Collection:
        external_id, blanks = self._layout.fields[LEAD_ID].name, self._layout.blanks()
        records = [
            results.body(write, self._layout.body(write.change.after), external_id, blanks) for write in part
        ]
        return Collection(new=part[0].record is None, records=records)


def _is_refused(answer: Results | AlphaSwarmError) -> bool:
    return isinstance(answer, GiveUpError) and answer.cause != facts.UNKNOWN_FIELD


def _meanings(part: Sequence[Write], answer: Results | AlphaSwarmError) -> dict[str, Meaning]:
    if isinstance(answer, AlphaSwarmError):
        return {write.contact.lead_id: _of_verdict(answer) for write in part}
    if len(answer.root) != len(part):
        doubt = Doubt("salesforce answered for another number of records than were sent")
        return {write.contact.lead_id: doubt for write in part}
    return {
        write.contact.lead_id: results.meaning(write, result)
        for write, result in zip(part, answer.root, strict=True)
    }


def _of_verdict(error: AlphaSwarmError) -> Meaning:
    if isinstance(error, GiveUpError):
        unknown = error.cause == facts.UNKNOWN_FIELD
        return Misfit() if unknown else Refused(error.cause, str(error))
    return outcome_of(error)
