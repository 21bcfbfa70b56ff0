"""What the databases say, as our own errors: their texts may quote values."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError

from alpha_swarm.errors import AlphaSwarmError, NotReadyError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: PostgreSQL's word for another process that wrote the same key first; the next try finds what it wrote.
_FASTER = "UniqueViolation"


@contextmanager
def verdicts() -> Iterator[None]:
    """A database that cannot be used now is not ready; a statement that it refuses is a fault of ours."""
    try:
        yield
    except DBAPIError as error:
        # The driver's text may quote values; its class says enough.
        kind = type(error.orig).__name__
        if kind == _FASTER or isinstance(error, OperationalError | InterfaceError | InternalError):
            raise NotReadyError(
                f"the ledger could not be used ({kind}); check DATABASE_URL and the disk", 2.0
            ) from None
        raise AlphaSwarmError(f"the ledger refused a statement of ours ({kind})") from None
