"""The keys of personal values as those see them who run the installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alpha_swarm.domain.states import State
from alpha_swarm.errors import UserError
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.keys.checks import STORE
from alpha_swarm.ledger.keys.values_walk import ValuesWalk
from alpha_swarm.ledger.schema.tables import leads, persons
from alpha_swarm.ledger.sealing.personal_values import is_sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from contextlib import AbstractContextManager

    from alpha_swarm.ledger.facts import SqlFacts
    from alpha_swarm.ledger.sealing.key_store import KeyStore
    from alpha_swarm.ledger.session import Session

    Open = Callable[[], AbstractContextManager[Session]]

_PAGE = 1000
#: Of nobody's key it is not known whether a copy of the ledger will be put back that has the person.
_STRAY_SECONDS = 30 * 86_400.0


class KeyBook:
    """Of one ledger."""

    def __init__(self, begin: Open, read: Open, facts: SqlFacts, keys: KeyStore | None) -> None:
        self._read = read
        self._facts = facts
        self._keys = keys
        self._walk = ValuesWalk(begin, read, keys)

    def shown(self) -> dict[str, Any]:
        """``on``, the keys' ids, how many data keys are under each, and how many rows stand plain."""
        keys = self._keys
        if keys is None:
            return {"on": False, "current": None, "keys": [], "plain_rows": None, "without_key": 0}
        under = keys.counts()
        known = [*keys.ring.ids, *(key for key in under if key not in keys.ring.ids)]
        return {
            "on": True,
            "current": keys.ring.current,
            "keys": [
                {"key": key, "given": key in keys.ring.ids, "data_keys": under.get(key, 0)} for key in known
            ],
            "plain_rows": self._walk.plain(),
            "without_key": len(self.without_key()),
        }

    def seal(self) -> int:
        """Whatever stands plain, page by page while others work; how many rows there were."""
        self._require()
        return self._walk.seal()

    def unseal(self) -> int:
        """The way back, for an installation in which nothing else runs; how many rows there were.

        From then on the ledger is opened without keys.
        """
        keys = self._require()
        opened = self._walk.unseal()
        while owners := keys.owners("", _PAGE):
            keys.drop(owners)
        self._facts.put(STORE, "")
        return opened

    def rotate(self) -> int:
        """Wrap every data key under the current key; how many there were under others."""
        keys = self._require()
        self._walk.renew_letters()
        rotated = 0
        while number := keys.rotate(_PAGE):
            rotated += number
        keys.compact()
        return rotated

    def verify(self) -> dict[str, Any]:
        """Open every value: ``rows`` that are sealed, leads ``without_key``, and those ``refused``."""
        self._require()
        return self._walk.verify()

    def without_key(self) -> list[str]:
        """Of the latest leads those whose values nobody can open: the keys are older than the ledger."""
        keys = self._require()
        latest = select(persons.c.lead_id, persons.c.input).order_by(persons.c.lead_id.desc()).limit(_PAGE)
        with self._read() as session:
            sealed = [row.lead_id for row in session.rows(latest) if is_sealed(row.input)]
        return sorted(set(sealed) - keys.of(sealed).keys())

    def sweep(self) -> int:
        """Drop what is nobody's: keys of erased leads, and old ones of leads that never came to be."""
        if self._keys is None:
            return 0
        after, swept = "", 0
        while page := self._keys.owners(after, _PAGE):
            after = max(page)
            with self._read() as session:
                rows = session.rows(select(leads.c.id, leads.c.state).where(among(leads.c.id, page)))
            states = {row.id: row.state for row in rows}
            strays = {one for one, age in page.items() if one not in states and age > _STRAY_SECONDS}
            gone = strays | {one for one, state in states.items() if state == State.ERASED.value}
            swept += self._dropped(gone)
        return swept

    def _dropped(self, owners: Collection[str]) -> int:
        if owners:
            self._require().drop(owners)
        return len(owners)

    def _require(self) -> KeyStore:
        if self._keys is None:
            raise UserError("values are not sealed here: set ENCRYPTION_KEYS first")
        return self._keys
