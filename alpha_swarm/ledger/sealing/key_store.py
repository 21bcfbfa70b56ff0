"""Where data keys are kept: durable before anything is sealed with them, and gone for good when dropped."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import bindparam, delete, func, inspect, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateSchema
from ulid import ULID

from alpha_swarm.data_keys import DataKey, new_key
from alpha_swarm.errors import ConfigurationError, TamperedError
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.checkpoint import checkpoint, compact
from alpha_swarm.ledger.engine import DatabaseTime, connect, insert, snapshot
from alpha_swarm.ledger.schema.keys import SCHEMA, data_keys, key_store, metadata
from alpha_swarm.ledger.sealing.key_cache import KeyCache
from alpha_swarm.ledger.verdicts import verdicts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy.engine import Connection, Engine

    from alpha_swarm.data_keys import KeyRing

log = structlog.get_logger(__name__)

#: Any number that only we use, and not for the ledger's own tables.
_ADVISORY_LOCK = 0x4B45_5953
#: Of SQLite's file, with some 50,000 keys: written anew in some tens of milliseconds.
_SMALL_BYTES = 8 << 20


class KeyStore:
    """One process's way to the data keys."""

    def __init__(self, url: str, ring: KeyRing) -> None:
        self.ring = ring
        self._cache = KeyCache()
        # In PostgreSQL a schema of its own: copies of the ledger leave it out, and one put back leaves it be.
        self._engine = connect(url).execution_options(**_apart(url))

    @cached_property
    def engine(self) -> Engine:
        """With tables that are there.

        Raises:
            ConfigurationError: the store cannot be opened.
        """
        try:
            with self._engine.begin() as connection:
                _prepare(connection)
        except DBAPIError as error:
            kind = type(error.orig).__name__
            raise ConfigurationError(
                f"KEYS_DATABASE_URL: the data keys cannot be opened ({kind}); check the address, the rights"
                " and the disk"
            ) from None
        return self._engine

    @property
    def name(self) -> str:
        """Which store this is."""
        with self._reading() as connection:
            return str(connection.execute(select(key_store.c.name)).scalar_one())

    def of(self, owners: Collection[str]) -> Mapping[str, DataKey]:
        """One query for all that are not at hand; whoever has none has been forgotten."""
        known = self._cache.known(owners)
        missing = [owner for owner in owners if owner not in known]
        if not missing:
            return known
        with self._reading() as connection:
            found = self._read(connection, missing)
        self._cache.keep(found)
        return known | found

    def made(self, owners: Collection[str]) -> Mapping[str, DataKey]:
        """New ones for these, all in one commit, which is durable when this returns."""
        with self._writing() as connection:
            made = self._make(connection, sorted(owners))
        self._cache.keep(made)
        return made

    def drop(self, owners: Collection[str]) -> bool:
        """For good; whether nothing of them stayed in the files."""
        self._cache.forget(owners)
        with self._writing() as connection:
            connection.execute(delete(data_keys).where(among(data_keys.c.owner, owners)))
        return compact(self.engine, _SMALL_BYTES) or checkpoint(self.engine)

    def compact(self) -> bool:
        """Write SQLite's file anew, which is done at once where it is small."""
        return self.engine.dialect.name != "sqlite" or compact(self.engine)

    def rotate(self, most: int) -> int:
        """Wrap so many under the current key that are not; how many there were."""
        others = data_keys.c.key_id != self.ring.current
        query = select(data_keys).where(others).order_by(data_keys.c.key_id).limit(most)
        with self._writing() as connection:
            rows = connection.execute(query.with_for_update(skip_locked=True)).all()
            keys = {row.owner: self.ring.unwrap(row.wrapped, row.key_id, row.owner) for row in rows}
            again = [{"whose": owner, "anew": self.ring.wrap(key, owner)} for owner, key in keys.items()]
            one = update(data_keys).where(data_keys.c.owner == bindparam("whose"))
            if again:
                connection.execute(one.values(wrapped=bindparam("anew"), key_id=self.ring.current), again)
        return len(rows)

    def ids(self) -> Sequence[str]:
        """Under which keys data keys are wrapped: a look at the index for each."""
        found: list[str] = []
        with self._reading() as connection:
            query = select(func.min(data_keys.c.key_id))
            first = connection.execute(query).scalar()
            while first is not None:
                found.append(first)
                first = connection.execute(query.where(data_keys.c.key_id > first)).scalar()
        return found

    def counts(self) -> Mapping[str, int]:
        """Key's id → data keys under it."""
        query = select(data_keys.c.key_id, func.count().label("number")).group_by(data_keys.c.key_id)
        with self._reading() as connection:
            return {row.key_id: row.number for row in connection.execute(query)}

    def owners(self, after: str, most: int) -> Mapping[str, float]:
        """Owner → seconds since the key was made, page by page."""
        age = (DatabaseTime() - data_keys.c.made_at).label("age")
        query = select(data_keys.c.owner, age).where(data_keys.c.owner > after)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(data_keys.c.owner).limit(most))
            return {row.owner: row.age for row in rows}

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _make(self, connection: Connection, owners: Sequence[str]) -> Mapping[str, DataKey]:
        now = connection.execute(select(DatabaseTime())).scalar_one()
        fresh = {owner: new_key() for owner in owners}
        rows = [
            {
                "owner": owner,
                "key_id": self.ring.current,
                "wrapped": self.ring.wrap(key, owner),
                "made_at": now,
            }
            for owner, key in fresh.items()
        ]
        connection.execute(insert(connection, data_keys).on_conflict_do_nothing(), rows)
        # Another process may have been faster: its key is the one that stands.
        return self._read(connection, owners)

    def _read(self, connection: Connection, owners: Collection[str]) -> dict[str, DataKey]:
        query = select(data_keys).where(among(data_keys.c.owner, owners))
        unwrapped = ((row.owner, self._unwrapped(row)) for row in connection.execute(query))
        return {owner: DataKey(key) for owner, key in unwrapped if key is not None}

    def _unwrapped(self, row: Any) -> bytes | None:
        """A key that somebody changed keeps back no other's."""
        try:
            return self.ring.unwrap(row.wrapped, row.key_id, row.owner)
        except TamperedError:
            log.warning("data_key_refused", lead=row.owner)
            return None

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        engine = self.engine
        with verdicts(), engine.connect().execution_options(**snapshot(engine)) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        engine = self.engine
        with verdicts(), engine.begin() as connection:
            yield connection


def _apart(url: str) -> dict[str, Any]:
    return {} if url.startswith("sqlite") else {"schema_translate_map": {None: SCHEMA}}


def _prepare(connection: Connection) -> None:
    """Of processes that start together one makes the tables."""
    apart = None
    if connection.dialect.name == "postgresql":
        apart = SCHEMA
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    # Whoever may use a schema may not always make one.
    if not inspect(connection).has_table(key_store.name, schema=apart):
        if apart is not None:
            connection.execute(CreateSchema(apart, if_not_exists=True))
        metadata.create_all(connection)
        connection.execute(key_store.insert().values(id=1, name=str(ULID())))
