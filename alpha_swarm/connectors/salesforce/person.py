"""Every record of the org that is a person: found, shown, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.salesforce import facts, soql
from alpha_swarm.connectors.salesforce.mapping import LEAD_ID
from alpha_swarm.connectors.whose import Match, Whose, listed, names_of, remove_all, sendable
from alpha_swarm.domain.privacy.rights import Receipt
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import STOPPING, AlphaSwarmError, GiveUpError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.connectors.salesforce.client import SalesforceClient
    from alpha_swarm.connectors.salesforce.layout import Layout
    from alpha_swarm.connectors.salesforce.schemas import Result, Row
    from alpha_swarm.domain.privacy.rights import Identifiers

_BIN = "salesforce keeps deleted records in its recycle bin for 15 days"


class Person:
    """One person, for one call of the core."""

    def __init__(self, client: SalesforceClient, layout: Layout, entity: str, who: Identifiers) -> None:
        self._client = client
        self._layout = layout
        self._entity = entity
        self._who = who = sendable(who)
        self._whose = Whose(who)
        self._converted: set[str] = set()

    def forget(self) -> Receipt:
        """Into the recycle bin, which is all that the API offers."""
        removed = remove_all("salesforce", lambda: [one.id for one in self._own()], self._delete)
        converted = (
            f"became contacts, which are to be removed there as well: {listed(self._converted)}"
            if self._converted
            else None
        )
        return Receipt(removed=removed, note=self._whose.note(_BIN if removed else None, converted))

    def known(self) -> list[Mapping[str, Any]]:
        """With all fields that we may see."""
        return self._client.get_each([one.id for one in self._own()], facts.MOST_IN_FLIGHT)

    def names(self) -> Identifiers:
        """As far as we may see them."""
        return names_of(self._own())

    def _own(self) -> list[Match]:
        held = [one for one in self._who.of(Target.SALESFORCE.value) if self._layout.is_id(one)]
        rows = self._client.read(held, self._names(), facts.MOST_IN_FLIGHT) if held else []
        named = {row.id: _match(row, self._layout, named=True) for row in rows}
        wanted = self._wanted()
        queries = soql.queries(self._names(), self._entity, wanted, facts.LONGEST_QUERY) if wanted else ()
        found = self._client.query(list(queries), facts.MOST_IN_FLIGHT)
        matches = {row.id: _match(row, self._layout, named=self._is_lead(row)) for row in found} | named
        own = self._whose.own(matches.values())
        converted = {row.id for row in (*rows, *found) if row.value(facts.CONVERTED)}
        self._converted |= converted & {one.id for one in own}
        return own

    def _wanted(self) -> dict[str, list[str]]:
        """API name → values to look for."""
        who, fields = self._who, self._layout.fields
        values = {LEAD_ID: who.lead_ids, "email": who.emails, "phone": who.phones}
        texts = {name: list(some) for name, some in values.items()}
        return {fields[name].name: some for name, some in texts.items() if some and name in fields}

    def _names(self) -> list[str]:
        converted = [facts.CONVERTED] if self._layout.convertible else []
        names = (LEAD_ID, "email", "phone", "linkedin_url")
        return [facts.ID, *converted, *(self._layout.fields[one].name for one in names if self._has(one))]

    def _has(self, name: str) -> bool:
        return name in self._layout.fields

    def _is_lead(self, row: Row) -> bool:
        return self._layout.read(row.model_extra or {}).get(LEAD_ID) in self._who.lead_ids

    def _delete(self, ids: Sequence[str]) -> AlphaSwarmError | None:
        verdicts = list(self._verdicts(ids))
        for verdict in verdicts:
            if isinstance(verdict, STOPPING):
                raise verdict
        return verdicts[0] if verdicts else None

    def _verdicts(self, ids: Sequence[str]) -> Iterator[AlphaSwarmError]:
        for _, came in self._client.delete_each(ids, facts.MOST_IN_FLIGHT):
            verdict = came if isinstance(came, AlphaSwarmError) else _verdict(came)
            if verdict is not None:
                yield verdict


def _match(row: Row, layout: Layout, *, named: bool) -> Match:
    values = layout.read(row.model_extra or {})
    email = values.get("email", "").lower()
    emails = frozenset({email} if email else ())
    return Match(row.id, emails, named=named, profile=values.get("linkedin_url"))


def _verdict(result: Result) -> AlphaSwarmError | None:
    """What is gone is no error; locks and the like pass."""
    codes = {problem.code for problem in result.errors} - facts.GONE
    if result.success or not codes:
        return None
    text = f"salesforce deleted no record: {', '.join(sorted(codes))}"
    return RetryLaterError(text) if codes & facts.AGAIN else GiveUpError(text, cause="refused")
