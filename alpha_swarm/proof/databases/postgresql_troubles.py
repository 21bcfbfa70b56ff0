"""What PostgreSQL runs into: sessions that are ended, deadlocks, transactions that cannot be put in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from alpha_swarm.proof.databases.faults import Go

_END_MILLISECONDS = 5000


def severed(connection: Any, go: Go) -> None:
    """The server ends the session."""
    end_session(connection)
    go()


def deadlock(connection: Any, go: Go) -> None:
    """The server chooses this transaction as a deadlock's victim."""
    del go
    _fail(connection, "40P01")


def disorder(connection: Any, go: Go) -> None:
    """The server cannot put this transaction in an order with the others."""
    del go
    _fail(connection, "40001")


def closed(connection: Any, go: Go) -> None:
    """The network took the connection away."""
    connection.close()
    go()


def lost(connection: Any, go: Go) -> None:
    """The commit is applied, and the session ends before its answer."""
    go()
    end_session(connection)
    connection.execute("SELECT 1")


def end_session(connection: Any) -> None:
    """Have the server end this connection's session, and wait until it has."""
    info = connection.info
    with psycopg.connect(info.dsn, password=info.password or None, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, %s)", [info.backend_pid, _END_MILLISECONDS])


def _fail(connection: Any, code: str) -> None:
    connection.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$")
