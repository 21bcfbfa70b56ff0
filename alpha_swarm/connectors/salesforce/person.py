"""Every record of the org that is a person: found, shown, silenced, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.salesforce import facts, soql
from alpha_swarm.connectors.salesforce.mapping import LEAD_ID
from alpha_swarm.connectors.whose import (
    MOST_NAMED_IN_TASK,
    Match,
    Whose,
    listed,
    names_of,
    see_to_all,
    sendable,
)
from alpha_swarm.domain.privacy.rights import Receipt
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import STOPPING, AlphaSwarmError, GiveUpError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
        removed = see_to_all("salesforce", lambda: [one.id for one in self._own()], self._delete)
        converted = (
            f"became contacts, which are to be removed there as well: {listed(self._converted)}"
            if self._converted
            else None
        )
        return Receipt(removed=removed, note=self._whose.note(_BIN if removed else None, converted))

    def silence(self) -> Receipt:
        """Opted out of whatever the org has a field for that we may write.

        Raises:
            GiveUpError: a person has to do the rest.
        """
        silenced = see_to_all("salesforce", self._heard, self._silence)
        self._require_silence([one.id for one in self._own()])
        return Receipt(removed=silenced, note=self._whose.note())

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
        read = (LEAD_ID, "email", "phone", "linkedin_url")
        names = [self._layout.fields[one].name for one in read if self._has(one)]
        return [facts.ID, *converted, *self._layout.silencing, *names]

    def _has(self, name: str) -> bool:
        return name in self._layout.fields

    def _is_lead(self, row: Row) -> bool:
        return self._layout.read(row.model_extra or {}).get(LEAD_ID) in self._who.lead_ids

    def _heard(self) -> list[str]:
        """Those who may still be written to, as far as we can change it: a converted lead is fixed."""
        wanted = dict.fromkeys(self._layout.silencing, True).items()
        own = [one for one in self._own() if not wanted <= (one.raw or {}).items()]
        return [one.id for one in own if one.id not in self._converted]

    def _require_silence(self, ids: Sequence[str]) -> None:
        hidden = [name for name in facts.SILENCING if name not in self._layout.silencing]
        remedies = []
        if hidden and ids:
            remedies.append(f"set {' and '.join(hidden)} of {listed(ids, MOST_NAMED_IN_TASK)}")
        if self._converted:
            left = listed(self._converted, MOST_NAMED_IN_TASK)
            remedies.append(f"opt out the contacts that came of {left}")
        if remedies:
            raise GiveUpError(
                f"salesforce does not let us: {'; '.join(remedies)} by hand, and say so with privacy done",
                cause="not_supported",
            )

    def _delete(self, ids: Sequence[str]) -> AlphaSwarmError | None:
        return _first(self._client.delete_each(ids, facts.MOST_IN_FLIGHT), "deleted")

    def _silence(self, ids: Sequence[str]) -> AlphaSwarmError | None:
        body = dict.fromkeys(self._layout.silencing, True)
        return _first(self._client.update_each(ids, body, facts.MOST_IN_FLIGHT), "silenced")


def _match(row: Row, layout: Layout, *, named: bool) -> Match:
    raw = row.model_extra or {}
    values = layout.read(raw)
    email = values.get("email", "").lower()
    emails = frozenset({email} if email else ())
    return Match(row.id, emails, named=named, profile=values.get("linkedin_url"), raw=raw)


def _first(came: Iterable[tuple[str, Result | AlphaSwarmError]], done: str) -> AlphaSwarmError | None:
    """One of the verdicts, after all of them. Raises what stops the target."""
    found = [one if isinstance(one, AlphaSwarmError) else _verdict(one, done) for _, one in came]
    verdicts = [one for one in found if one is not None]
    for verdict in verdicts:
        if isinstance(verdict, STOPPING):
            raise verdict
    return verdicts[0] if verdicts else None


def _verdict(result: Result, done: str) -> AlphaSwarmError | None:
    """What is gone is no error; locks and the like pass; fields that are not as described are looked at."""
    codes = {problem.code for problem in result.errors} - facts.GONE
    if result.success or not codes:
        return None
    text = f"salesforce {done} no record: {', '.join(sorted(codes))}"
    if codes & facts.AGAIN:
        return RetryLaterError(text)
    return GiveUpError(text, cause=facts.UNKNOWN_FIELD if codes & facts.CHANGED else "refused")
