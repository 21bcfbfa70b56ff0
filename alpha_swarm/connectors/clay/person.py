"""Every row that is a person's, in whichever of our tables it stands: found, shown, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.clay import facts
from alpha_swarm.connectors.clay.tables import Tables
from alpha_swarm.connectors.whose import listed, see_to_all, sendable
from alpha_swarm.domain.privacy.rights import Identifiers, Receipt

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.connectors.clay.client import ClayClient
    from alpha_swarm.connectors.clay.tables import Found
    from alpha_swarm.errors import AlphaSwarmError

#: Where an e-mail of the person's may stand: as it came, and as it was found.
_EMAILS = ("email", "email_work", "email_personal")
_PROFILE = "linkedin_url"
#: Also where a try that was broken off has removed them: nobody can tell any more.
_LOST = "not found by this try in any table that is known here, look for them in clay: rows"


class Person:
    """One person, for one call of the core."""

    def __init__(self, client: ClayClient, table_ids: Sequence[str], who: Identifiers) -> None:
        """``table_ids``: the table that is filled now, then those before it."""
        who = sendable(who)
        self._client = client
        self._tables = Tables(client, table_ids, table_ids[1:])
        self._ids = who.of(facts.TARGET)
        self._asked: dict[str, Collection[str]] = {
            "id": frozenset(self._ids),
            "lead_id": frozenset(who.lead_ids),
            _PROFILE: frozenset(who.linkedin),
            **dict.fromkeys(_EMAILS, frozenset(who.emails)),
        }
        self._table_of: dict[str, str] = {}

    def forget(self) -> Receipt:
        """Remove rows one by one, as the API has it, and look whether they are gone."""
        removed = see_to_all(facts.TARGET, self._look, self._delete)
        return Receipt(removed=removed, note=self._note())

    def known(self) -> list[Mapping[str, Any]]:
        """All columns of these rows."""
        return [one.row for one in self._all().values()]

    def names(self) -> Identifiers:
        """As they came, and as they were found."""
        rows = self.known()
        emails = {_value(row, column) for row in rows for column in _EMAILS}
        profiles = {_value(row, _PROFILE) for row in rows}
        return Identifiers(emails=tuple(sorted(emails - {""})), linkedin=tuple(sorted(profiles - {""})))

    def _look(self) -> list[str]:
        """At first by whatever is known; again for what was found then."""
        return self._left() if self._table_of else list(self._all())

    def _all(self) -> dict[str, Found]:
        """By all that the person is known by, since the row that we know of may not be the only one."""
        came = self._tables.find(self._asked)
        found = {one.row_id: one for one in came if self._is_meant(one.row)}
        self._table_of = {row_id: one.table_id for row_id, one in found.items()}
        return found

    def _left(self) -> list[str]:
        """By their ids alone."""
        came = self._tables.find({"id": self._table_of}, sorted(set(self._table_of.values())))
        return [one.row_id for one in came if one.row_id in self._table_of]

    def _is_meant(self, row: Mapping[str, Any]) -> bool:
        """Whoever a row belongs to that nobody asked for, it is another's."""
        return any(_value(row, column) in values for column, values in self._asked.items())

    def _delete(self, row_ids: Sequence[str]) -> AlphaSwarmError | None:
        return self._client.delete_rows([(self._table_of[one], one) for one in row_ids], facts.MOST_IN_FLIGHT)

    def _note(self) -> str | None:
        """What was held here and stands nowhere a person has to look for."""
        lost = [one for one in self._ids if one not in self._table_of]
        if not lost:
            return None
        gone = f"; clay has no more the tables {listed(self._tables.gone)}" if self._tables.gone else ""
        return f"{_LOST} {listed(lost)}{gone}"


def _value(row: Mapping[str, Any], column: str) -> str:
    value = str(row.get(column) or "")
    return value.lower() if column in _EMAILS else value
