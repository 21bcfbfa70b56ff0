"""Batches side by side; one that is refused as a whole is halved until the record at fault stands alone."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from alpha_swarm.connectors.hubspot import facts
from alpha_swarm.connectors.hubspot.client import REFUSED
from alpha_swarm.connectors.hubspot.schemas import BatchAnswer, RecordError
from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from alpha_swarm.connectors.calls import Answer, Call
    from alpha_swarm.connectors.http import Http

Item = TypeVar("Item")


class Batches:
    """Sends items in calls of at most a hundred."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def send(
        self, chunks: Sequence[Sequence[Item]], calling: Callable[[Sequence[Item]], Call], at_once: int
    ) -> Iterator[list[tuple[Sequence[Item], BatchAnswer | RecordError | AlphaSwarmError]]]:
        """Each chunk with what came of it, in portions as the answers come.

        A ``RecordError`` is about the only item of its chunk, or about all of them alike.
        """
        while chunks:
            halves: list[Sequence[Item]] = []
            calls = [calling(chunk) for chunk in chunks]
            for portion in self._http.each(calls, min(at_once, facts.MOST_IN_FLIGHT)):
                heard = []
                for place, answer in portion.items():
                    chunk, came = chunks[place], self._came(calls[place], answer)
                    if isinstance(came, RecordError) and len(chunk) > 1 and not came.concerns_all:
                        halves += _halves(chunk)
                    else:
                        heard.append((chunk, came))
                yield heard
            chunks = halves

    def _came(
        self, call: Call, answer: Answer | AlphaSwarmError
    ) -> BatchAnswer | RecordError | AlphaSwarmError:
        if isinstance(answer, AlphaSwarmError):
            return answer
        if answer.status not in REFUSED:
            return self._parsed(call, answer)
        error = RecordError.of(answer.status, answer.body)
        if answer.status == HTTPStatus.NOT_FOUND and error.category != facts.GONE:
            return self._http.verdict(call, answer)
        return error

    def _parsed(self, call: Call, answer: Answer) -> BatchAnswer | AlphaSwarmError:
        try:
            return self._http.parsed(call, answer, BatchAnswer)
        except AlphaSwarmError as error:
            return error


def chunks(items: Sequence[Item], size: int = facts.MOST_INPUTS) -> list[Sequence[Item]]:
    """The items in calls' worth."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def _halves(chunk: Sequence[Item]) -> list[Sequence[Item]]:
    middle = len(chunk) // 2
    return [chunk[:middle], chunk[middle:]]
