"""Contacts by what is known of them, many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.connectors.hubspot import facts, mapping
from alpha_swarm.connectors.hubspot.batches import Batches, chunks
from alpha_swarm.connectors.hubspot.phones import national
from alpha_swarm.connectors.hubspot.schemas import BatchAnswer, ContactRecord, SearchAnswer
from alpha_swarm.errors import STOPPING, AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alpha_swarm.connectors.calls import Answer, Call
    from alpha_swarm.connectors.http import Http
    from alpha_swarm.connectors.hubspot.client import HubSpotClient


class Lookup:
    """Raises what stops the target; any other verdict stands for those whom it is about."""

    def __init__(self, http: Http, client: HubSpotClient, at_once: int) -> None:
        self._http = http
        self._client = client
        self._at_once = at_once

    def by_keys(
        self, keys: Iterable[str], id_property: str | None = None
    ) -> dict[str, ContactRecord | AlphaSwarmError]:
        """Key → the contact that has it: an id, or the value of a unique property."""
        found: dict[str, ContactRecord | AlphaSwarmError] = {}
        waiting = chunks(list(dict.fromkeys(keys)))
        for portion in Batches(self._http).send(
            waiting, lambda chunk: self._client.reading(chunk, id_property), self._at_once
        ):
            for chunk, came in portion:
                if isinstance(came, AlphaSwarmError):
                    found |= dict.fromkeys(chunk, _passing(came))
                elif isinstance(came, BatchAnswer):
                    found |= _keyed(chunk, came.results, id_property)
        return found

    def by_phones(self, phones: Iterable[str]) -> dict[str, list[ContactRecord] | AlphaSwarmError]:
        """National number → the contacts that the search knows to have it."""
        waiting = [(chunk, "0") for chunk in chunks(list(dict.fromkeys(phones)))]
        found: dict[str, list[ContactRecord] | AlphaSwarmError] = {}
        for _ in range(facts.MOST_PAGES):
            calls = [self._client.searching(chunk, after) for chunk, after in waiting]
            following = []
            for portion in self._http.each(calls, self._at_once):
                for place, answer in portion.items():
                    chunk, page = waiting[place][0], self._page(calls[place], answer)
                    if isinstance(page, AlphaSwarmError):
                        found |= dict.fromkeys(chunk, _passing(page))
                        continue
                    _collect(found, page.results)
                    if page.paging and page.paging.next:
                        following.append((chunk, page.paging.next.after))
            if not following:
                break
            waiting = following
        return found

    def _page(self, call: Call, answer: Answer | AlphaSwarmError) -> SearchAnswer | AlphaSwarmError:
        if isinstance(answer, AlphaSwarmError):
            return answer
        try:
            return self._http.parsed(call, answer, SearchAnswer)
        except AlphaSwarmError as error:
            return error


def _passing(verdict: AlphaSwarmError) -> AlphaSwarmError:
    if isinstance(verdict, STOPPING):
        raise verdict
    return verdict


def _keyed(
    asked: Sequence[str], records: Iterable[ContactRecord], id_property: str | None
) -> dict[str, ContactRecord]:
    """The answer does not say which input a contact is for, and it may have more than one such key."""
    having = {key: record for record in records for key in _keys(record, id_property)}
    return {key: having[key] for key in asked if key in having}


def _keys(record: ContactRecord, id_property: str | None) -> list[str]:
    """Whatever a contact is found by: a merged one also by the ids and e-mails that were others' before."""
    values = record.properties
    if id_property is None:
        return [record.id, *_listed(values.get(mapping.MERGED_IDS))]
    first = values.get(id_property)
    if id_property != "email":
        return [first] if first else []
    return [one.lower() for one in (first, *_listed(values.get(mapping.MORE_EMAILS))) if one]


def _listed(value: str | None) -> list[str]:
    return value.split(";") if value else []


def _collect(
    found: dict[str, list[ContactRecord] | AlphaSwarmError], records: Iterable[ContactRecord]
) -> None:
    for record in records:
        values = record.properties
        number = values.get(mapping.PHONE_KEY) or national(values.get("phone") or "")
        standing = found.setdefault(number or "", [])
        if isinstance(standing, list):
            standing.append(record)
