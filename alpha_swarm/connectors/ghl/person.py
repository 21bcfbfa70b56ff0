"""Every contact of the location that is a person: found, shown, silenced, removed."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.ghl import facts, schemas
from alpha_swarm.connectors.ghl.search import PERSONS_A_CALL
from alpha_swarm.connectors.whose import Match, Whose, names_of, see_to_all, sendable, verdict_of
from alpha_swarm.domain.crm.changes import spelt
from alpha_swarm.domain.crm.news import profile_among
from alpha_swarm.domain.privacy.rights import Receipt
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alpha_swarm.connectors.calls import Answer
    from alpha_swarm.connectors.ghl.client import GhlClient
    from alpha_swarm.connectors.ghl.schemas import ContactRecord
    from alpha_swarm.domain.privacy.rights import Identifiers

#: An e-mail and a phone for each of so many as the search is proven with.
_FILTERS = 2 * PERSONS_A_CALL
_NOTE = "ghl can restore deleted contacts for 60 days, and has no way to erase them sooner"
#: On every channel, and in whatever campaign or workflow; what else stands in the contact stays.
_SILENT = {"dnd": True}


class Person:
    """One person, for one call of the core."""

    def __init__(self, client: GhlClient, who: Identifiers) -> None:
        self._client = client
        self._who = who = sendable(who)
        self._whose = Whose(who)
        self._ids = who.of(Target.GHL.value)
        self._deleted: set[str] = set()
        self._gone_before: set[str] = set()
        self._listed_ids: set[str] = set()
        self._looked = False
        self._handles = {
            *(("email", spelt("email", email)) for email in who.emails),
            *(("phone", spelt("phone", phone)) for phone in who.phones),
        }

    def forget(self) -> Receipt:
        """One by one; a duplicate may be shown no sooner than the first one is gone."""
        found = see_to_all("ghl", self._look, self._delete)
        removed = found - len(self._gone_before)
        return Receipt(removed=removed, note=self._whose.note(_NOTE if removed else None))

    def silence(self) -> Receipt:
        """Do not disturb, one by one; whoever is silenced already is left as they are."""
        ids = [one.id for one in self._all()]
        silenced = see_to_all("ghl", lambda: self._heard(ids), self._silence)
        return Receipt(removed=silenced, note=self._whose.note())

    def known(self) -> list[Mapping[str, Any]]:
        """With whatever the location shows of them."""
        return [one.raw for one in self._all() if one.raw]

    def _all(self) -> list[Match]:
        who = self._who
        alone = [*({"email": one} for one in who.emails), *({"number": one} for one in who.phones)]
        shown = [*self._listed(), *self._first_of(alone)]
        return self._own(self._got(dict.fromkeys([*self._ids, *(one.id for one in shown)])))

    def _heard(self, ids: Sequence[str]) -> list[str]:
        """Those who are there and may still be written to."""
        return [one.id for one in self._got(ids) if not _SILENT.items() <= one.shown.items()]

    def names(self) -> Identifiers:
        """Of those that we hold the ids of."""
        return names_of(self._own(self._got(self._ids)))

    def _look(self) -> list[str]:
        """At first by the search for many, then by what is never behind, until that finds nobody either."""
        found: list[Match] = []
        if not self._looked:
            self._looked = True
            listed = self._listed()
            self._listed_ids = {one.id for one in listed}
            sure = [one for one in listed if one.id in self._ids]
            found = self._own([*sure, *self._got(self._listed_ids.difference(self._ids))])
        if not found:
            # Of whom the search for one would show if they were there still, no more has to be asked.
            waiting = [one for one in self._ids if one not in self._deleted & self._listed_ids]
            shown = [*self._got(waiting), *self._first_of(self._pairs())]
            found = self._own({one.id: one for one in shown}.values())
        return [one.id for one in found]

    def _own(self, records: Iterable[ContactRecord]) -> list[Match]:
        return self._whose.own(self._match(one) for one in records if self._is_meant(one))

    def _got(self, ids: Iterable[str]) -> list[ContactRecord]:
        wanted = list(ids)
        return _there(self._client.get_each(wanted, facts.MOST_IN_FLIGHT).values()) if wanted else []

    def _pairs(self) -> list[dict[str, str]]:
        """Two questions in one: it is nobody's turn by phone as long as somebody has the e-mail."""
        pairs = zip_longest(self._who.emails, self._who.phones)
        return [{name: one for name, one in (("email", a), ("number", b)) if one} for a, b in pairs]

    def _first_of(self, by: Sequence[Mapping[str, str]]) -> list[ContactRecord]:
        """The search for one, which is never behind, shows one of several."""
        return _there(self._client.find_each(by, facts.MOST_IN_FLIGHT).values()) if by else []

    def _listed(self) -> list[ContactRecord]:
        """The search for many shows all, where it works: it may lag, refuse, or ignore what is asked."""
        who = self._who
        asked = [*(("email", one) for one in who.emails), *(("phone", one) for one in who.phones)]
        filters = [{"field": name, "operator": "eq", "value": value} for name, value in asked]
        parts = [filters[start : start + _FILTERS] for start in range(0, len(filters), _FILTERS)]
        found = {one.id: one for part in parts for one in self._client.search(part)}
        return [one for one in found.values() if self._is_meant(one)]

    def _is_meant(self, record: ContactRecord) -> bool:
        emails, phones = record.handles()
        handles = {
            *(("email", spelt("email", one)) for one in emails),
            *(("phone", spelt("phone", one)) for one in phones),
        }
        return record.id in self._ids or not self._handles.isdisjoint(handles)

    def _match(self, record: ContactRecord) -> Match:
        emails, _ = record.handles()
        raw = record.model_dump(mode="json", by_alias=True, exclude_none=True)
        return Match(
            record.id,
            frozenset(one.lower() for one in emails),
            named=record.id in self._ids,
            raw=raw,
            profile=profile_among(str(one.value) for one in record.custom_fields or ()),
        )

    def _delete(self, ids: Sequence[str]) -> AlphaSwarmError | None:
        calls = [self._client.deleting(one) for one in ids]

        def judged(place: int, answer: Answer) -> AlphaSwarmError | None:
            refused = self._client.refused(calls[place], answer)
            self._deleted |= {ids[place]} if refused is None else set()
            self._gone_before |= {ids[place]} if answer.status in calls[place].accept else set()
            return refused

        return verdict_of(self._client.each(calls, facts.MOST_IN_FLIGHT), judged)

    def _silence(self, ids: Sequence[str]) -> AlphaSwarmError | None:
        calls = [self._client.updating(one, _SILENT) for one in ids]
        return verdict_of(
            self._client.each(calls, facts.MOST_IN_FLIGHT),
            lambda place, answer: self._client.refused(calls[place], answer),
        )


def _there(came: Iterable[ContactRecord | AlphaSwarmError | None]) -> list[ContactRecord]:
    """Raises what is an answer to none of them."""
    found = list(came)
    for one in found:
        if isinstance(one, AlphaSwarmError):
            raise one
    return [one for one in found if isinstance(one, schemas.ContactRecord)]
