"""The ledger: opens transactions on SQLite or PostgreSQL."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from alpha_swarm.ledger.checkpoint import Clearing, checkpoint, compact
from alpha_swarm.ledger.engine import connect, snapshot
from alpha_swarm.ledger.facts import SqlFacts
from alpha_swarm.ledger.hashing import IdentityHash
from alpha_swarm.ledger.health.secret_ages import SqlSecretAges
from alpha_swarm.ledger.keys.book import KeyBook
from alpha_swarm.ledger.keys.checks import require_keys
from alpha_swarm.ledger.keys.own_key import require_own_key
from alpha_swarm.ledger.lanes.book import SqlLaneBook
from alpha_swarm.ledger.lanes.seal import LaneSeal
from alpha_swarm.ledger.reporting.samples import SqlSamples
from alpha_swarm.ledger.sealing.key_store import KeyStore
from alpha_swarm.ledger.sealing.personal_values import PersonalValues
from alpha_swarm.ledger.session import Session
from alpha_swarm.ledger.transaction import SqlTransaction
from alpha_swarm.ledger.verdicts import verdicts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy.engine import Engine

    from alpha_swarm.ledger.config import LedgerConfig


class SqlLedger:
    """Implements ``ports.ledger.Ledger``."""

    def __init__(self, config: LedgerConfig) -> None:
        self._config = config
        self._hash = IdentityHash(config.key)
        self.engine: Engine = connect(config.url)
        self._clearing = Clearing(self.engine)
        self.keys = KeyStore(config.keys_url, config.ring) if config.ring else None
        self._personal = PersonalValues(self.keys)
        self.facts = SqlFacts(self._session, self._read_session, config.holder)
        self.secret_ages = SqlSecretAges(self._session, self.facts, config.key)
        self.lanes = SqlLaneBook(self._session, self._read_session, LaneSeal(config.key))
        self.samples = SqlSamples(self._session, self._read_session)
        self.key_book = KeyBook(self._session, self._read_session, self.facts, self.keys)

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        """Commits when the block ends, durably; rolls back when it raises.

        Raises:
            NotReadyError: the database is busy, restarting or out of reach; nothing was committed, or where
                the connection broke during the commit, the same transaction may be run again: every step
                looks at what stands before it writes.
        """
        with self._session() as session:
            transaction = SqlTransaction(session, self._config, self._hash)
            yield transaction
            transaction.finish()

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """For reading: waits for no writer, and sees one moment however many queries it makes."""
        with self._read_session() as session:
            yield SqlTransaction(session, self._config, self._hash)

    def checkpoint(self) -> bool:
        """Take what was removed out of the files; whether nobody was in the way."""
        return checkpoint(self.engine)

    def clear(self, removed_by: float) -> bool:
        """Take what was removed by a moment (monotonic seconds) out of the files; whether it is out."""
        return self._clearing.clear(removed_by)

    def compact(self) -> bool:
        """Write the files anew, without old copies of what was removed; whether that could be done."""
        return all([compact(self.engine), self.keys is None or self.keys.compact()])

    def drop_keys(self, lead_ids: Collection[str]) -> bool:
        """What is sealed with them opens no more, in whatever copy; whether nothing stayed in the files."""
        return self.keys is None or self.keys.drop(lead_ids)

    def require_keys(self) -> None:
        """See that people can be found, and that what is sealed can be opened.

        Raises:
            ConfigurationError: they cannot; the text says what to set or to put back.
        """
        require_own_key(self.facts, self._config.key)
        require_keys(self.facts, self.keys)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()
        if self.keys is not None:
            self.keys.close()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with verdicts(), self.engine.begin() as connection:
            yield Session(connection, self._personal)

    @contextmanager
    def _read_session(self) -> Iterator[Session]:
        with verdicts(), self.engine.connect().execution_options(**snapshot(self.engine)) as connection:
            yield Session(connection, self._personal)
