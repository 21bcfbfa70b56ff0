"""Every contact of the portal that is a person: found, shown, silenced, erased for good.

To erase a contact puts its e-mails on the portal's block list, which keeps people and their imports from
bringing it back; forms and the API pass it. An e-mail that the portal never had could be put there too. It is
is not: to erase somebody must not hand an address to a system that did not know it, and what comes from us
is refused before it gets there.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.hubspot import facts, mapping
from alpha_swarm.connectors.hubspot.batches import Batches, chunks
from alpha_swarm.connectors.hubspot.phones import may_be_same, national
from alpha_swarm.connectors.hubspot.schemas import BatchAnswer, ContactRecord, RecordError
from alpha_swarm.connectors.whose import (
    MOST_NAMED_IN_TASK,
    Match,
    Whose,
    listed,
    names_of,
    see_to_all,
    sendable,
    verdict_of,
)
from alpha_swarm.domain.privacy.rights import Receipt
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import AlphaSwarmError, GiveUpError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alpha_swarm.connectors.calls import Answer
    from alpha_swarm.connectors.http import Http
    from alpha_swarm.connectors.hubspot.client import HubSpotClient
    from alpha_swarm.connectors.hubspot.lookup import Lookup
    from alpha_swarm.domain.privacy.rights import Identifiers

_NOTE = "hubspot removes what else it has of them within 30 days"


class Person:
    """One person, for one call of the core."""

    def __init__(self, http: Http, client: HubSpotClient, lookup: Lookup, who: Identifiers) -> None:
        self._http = http
        self._client = client
        self._lookup = lookup
        self._who = who = sendable(who)
        self._whose = Whose(who)
        self._ids = [one for one in self._who.of(Target.HUBSPOT.value) if one.isascii() and one.isdecimal()]
        self._keys = list(self._ids)
        self._seen: set[str] = set()
        self._looked = False

    def forget(self) -> Receipt:
        """Erase them one by one, as the portal has it.

        What somebody has archived is not found any more and can be restored, so whoever is known by an id is
        erased by it in any case.
        """
        removed = see_to_all("hubspot", lambda: [one.id for one in self._own(mapping.ASKED)], self._erase)
        verdict = self._erase([one for one in self._ids if one not in self._seen])
        if verdict is not None:
            raise verdict
        return Receipt(removed=removed, note=self._whose.note(_NOTE if removed else None))

    def silence(self) -> Receipt:
        """A person's to do, as the API of records takes no word of it; who is unsubscribed is silenced.

        Raises:
            GiveUpError: there is somebody whom a person has to unsubscribe.
        """
        own = self._own([*mapping.ASKED, mapping.OPTED_OUT])
        heard = [one.id for one in own if one.emails and not _is_opted_out(one)]
        if heard:
            raise GiveUpError(
                "hubspot lets nobody be unsubscribed by its CRM API: unsubscribe them from all e-mail there"
                f" by hand, and say so with privacy done: contact {listed(heard, MOST_NAMED_IN_TASK)}",
                cause="not_supported",
            )
        return Receipt(removed=0, note=self._whose.note())

    def known(self) -> list[Mapping[str, Any]]:
        """With every property that has a value."""
        names = [one.name for one in self._client.properties()]
        return [one.raw for one in self._own([*dict.fromkeys([*names, *mapping.ASKED])]) if one.raw]

    def names(self) -> Identifiers:
        """By what is the same for every portal."""
        return names_of(self._own(mapping.ASKED))

    def _own(self, names: Sequence[str]) -> list[Match]:
        """At first by whatever is known; again by what is never behind, and in as few calls as will do."""
        read = partial(self._read, names=names)
        found = [*read(self._keys, None), *read(self._who.emails, "email")]
        if not self._looked:
            self._looked = True
            leads = {one.properties.get(mapping.LEAD_ID) for one in found}
            found += read([one for one in self._who.lead_ids if one not in leads], mapping.LEAD_ID)
            ids = {one.id for one in found}
            found += read([one for one in self._with_phones() if one not in ids], None)
        self._keys = list(dict.fromkeys([*self._keys, *(one.id for one in found)]))
        self._seen |= {one for record in found for one in _ids(record)}
        records = {one.id: one for one in found}.values()
        return self._whose.own(self._match(one) for one in records if self._is_meant(one))

    def _with_phones(self) -> list[str]:
        """Who may have one of the phones: the search lags behind, so each is read to be sure."""
        numbers = [number for phone in self._who.phones if (number := national(phone))]
        ids: list[str] = []
        for found in self._lookup.by_phones(numbers).values():
            if isinstance(found, AlphaSwarmError):
                raise found
            ids += [one.id for one in found]
        return ids

    def _match(self, record: ContactRecord) -> Match:
        values = {name: value for name, value in record.properties.items() if value}
        raw = {"id": record.id, "properties": values}
        profile = values.get(mapping.PROPERTIES["linkedin_url"])
        return Match(record.id, _emails(record), named=self._is_named(record), raw=raw, profile=profile)

    def _is_meant(self, record: ContactRecord) -> bool:
        emails = {one.lower() for one in self._who.emails}
        return self._is_named(record) or bool(_emails(record) & emails) or self._has_phone(record)

    def _is_named(self, record: ContactRecord) -> bool:
        ours = record.properties.get(mapping.LEAD_ID)
        return ours in self._who.lead_ids or not _ids(record).isdisjoint(self._ids)

    def _has_phone(self, record: ContactRecord) -> bool:
        """Whether it has one of the phones, and not one of another country with the same digits."""
        theirs = record.properties.get("phone") or ""
        number = record.properties.get(mapping.PHONE_KEY) or national(theirs)
        return any(number == national(ours) and may_be_same(ours, theirs) for ours in self._who.phones)

    def _read(self, keys: Iterable[str], by: str | None, *, names: Sequence[str]) -> list[ContactRecord]:
        """Whoever is there; that somebody is not has to be said, and nothing else will do.

        Raises:
            AlphaSwarmError: it is not known of all of them.
        """
        found: list[ContactRecord] = []
        waiting = chunks(list(dict.fromkeys(one.lower() if by == "email" else one for one in keys)))
        for portion in Batches(self._http).send(
            waiting, lambda chunk: self._client.reading(chunk, by, names), facts.MOST_IN_FLIGHT
        ):
            for _, came in portion:
                found += _contacts(came, by)
        return found

    def _erase(self, ids: Sequence[str]) -> AlphaSwarmError | None:
        calls = [self._client.erasing(one) for one in ids]

        def judged(place: int, answer: Answer) -> AlphaSwarmError | None:
            return self._client.refused(calls[place], answer)

        return verdict_of(self._http.each(calls, facts.MOST_IN_FLIGHT), judged)


def _is_opted_out(one: Match) -> bool:
    return one.raw is not None and one.raw["properties"].get(mapping.OPTED_OUT) == "true"


def _contacts(came: BatchAnswer | RecordError | AlphaSwarmError, by: str | None) -> list[ContactRecord]:
    if isinstance(came, AlphaSwarmError):
        raise came
    if isinstance(came, RecordError):
        # Where our property was never made, nobody has it.
        if came.category == facts.GONE or by == mapping.LEAD_ID:
            return []
        raise GiveUpError("hubspot refused to look the person up", cause="invalid_input")
    if any(error.category != facts.GONE for error in came.errors):
        raise RetryLaterError("hubspot could not say of all records whether they are there")
    return came.results


def _ids(record: ContactRecord) -> set[str]:
    """Its own, and those of whoever was merged into it."""
    return {record.id, *_listed(record.properties.get(mapping.MERGED_IDS))}


def _emails(record: ContactRecord) -> frozenset[str]:
    """All of them, in lower case."""
    values = record.properties
    listed = [values.get("email") or "", *_listed(values.get(mapping.MORE_EMAILS))]
    return frozenset(one.lower() for one in listed if one)


def _listed(value: str | None) -> list[str]:
    return value.split(";") if value else []
