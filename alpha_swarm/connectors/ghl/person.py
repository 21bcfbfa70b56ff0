"""Every contact of the location that is a person: found, shown, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.ghl import facts, schemas
from alpha_swarm.connectors.whose import Match, Whose, remove_all, sendable, verdict_of
from alpha_swarm.domain.changes import spelt
from alpha_swarm.domain.rights import Receipt
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alpha_swarm.connectors.calls import Answer
    from alpha_swarm.connectors.ghl.client import GhlClient
    from alpha_swarm.connectors.ghl.schemas import ContactRecord
    from alpha_swarm.domain.rights import Identifiers

_NOTE = "ghl can restore deleted contacts for 60 days, and has no way to erase them sooner"


class Person:
    """One person, for one call of the core."""

    def __init__(self, client: GhlClient, who: Identifiers) -> None:
        self._client = client
        self._who = who = sendable(who)
        self._whose = Whose(who)
        self._ids = frozenset(who.of(Target.GHL.value))
        self._handles = {
            *(("email", spelt("email", email)) for email in who.emails),
            *(("phone", spelt("phone", phone)) for phone in who.phones),
        }

    def forget(self) -> Receipt:
        """One by one; a duplicate may be shown no sooner than the first one is gone."""
        removed = remove_all("ghl", lambda: [one.id for one in self._own()], self._delete)
        return Receipt(removed=removed, note=self._whose.note(_NOTE if removed else None))

    def known(self) -> list[Mapping[str, Any]]:
        """With whatever the location shows of them."""
        return [one.raw for one in self._own() if one.raw]

    def _own(self) -> list[Match]:
        """Whatever a search has said, a contact counts as it stands."""
        ids = list(dict.fromkeys([*sorted(self._ids), *self._first_ones(), *self._listed()]))
        got = self._client.get_each(ids, facts.MOST_IN_FLIGHT).values() if ids else ()
        return self._whose.own(self._match(one) for one in _there(got) if self._is_meant(one))

    def _first_ones(self) -> list[str]:
        """The search for one is never behind, and shows one of several."""
        who = self._who
        by = [*({"email": one} for one in who.emails), *({"number": one} for one in who.phones)]
        found = self._client.find_each(by, facts.MOST_IN_FLIGHT).values() if by else ()
        return [one.id for one in _there(found)]

    def _listed(self) -> list[str]:
        """The search for many shows all, where it works: it may lag, refuse, or ignore what is asked."""
        who = self._who
        asked = [*(("email", one) for one in who.emails), *(("phone", one) for one in who.phones)]
        if not asked:
            return []
        found = self._client.search(
            [{"field": name, "operator": "eq", "value": value} for name, value in asked]
        )
        return [one.id for one in found if self._is_meant(one)]

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
            record.id, frozenset(one.lower() for one in emails), named=record.id in self._ids, raw=raw
        )

    def _delete(self, ids: Sequence[str]) -> AlphaSwarmError | None:
        calls = [self._client.deleting(one) for one in ids]

        def judged(place: int, answer: Answer) -> AlphaSwarmError | None:
            return self._client.refused(calls[place], answer)

        return verdict_of(self._client.each(calls, facts.MOST_IN_FLIGHT), judged)


def _there(came: Iterable[ContactRecord | AlphaSwarmError | None]) -> list[ContactRecord]:
    """Raises what is an answer to none of them."""
    found = list(came)
    for one in found:
        if isinstance(one, AlphaSwarmError):
            raise one
    return [one for one in found if isinstance(one, schemas.ContactRecord)]
