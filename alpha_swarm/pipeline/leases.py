"""Leases: how long a batch is ours, and keeping it while a call takes its time."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.ports.ledger import Ledger
    from alpha_swarm.ports.records import Batch

log = structlog.get_logger(__name__)

#: A worker that falls silent for this long has lost its batch.
LEASE_SECONDS = 60.0
_RENEW_SECONDS = LEASE_SECONDS / 3


@contextmanager
def keep_lease(ledger: Ledger, batch: Batch) -> Iterator[Event]:
    """Renew the lease for as long as the block runs; the event is set when it is lost to somebody else."""
    over, lost = Event(), Event()
    keeper = Thread(target=_renew, args=(ledger, batch, over, lost), name=f"lease-{batch.lease}", daemon=True)
    keeper.start()
    try:
        yield lost
    finally:
        over.set()
        keeper.join()


def _renew(ledger: Ledger, batch: Batch, over: Event, lost: Event) -> None:
    while not over.wait(_RENEW_SECONDS):
        try:
            with ledger.begin() as tx:
                kept = tx.work.renew(batch, LEASE_SECONDS)
            if not kept:
                lost.set()
        except RetryLaterError as error:
            # The fence decides in the end whether the batch was still ours.
            log.warning("lease_not_renewed", lease=batch.lease, reason=str(error))
