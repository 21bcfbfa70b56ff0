"""Leases: how long a batch is ours, and keeping it while a call takes its time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

import structlog
from structlog.contextvars import bound_contextvars

from alpha_swarm.errors import RetryLaterError
from alpha_swarm.pipeline.effects.persistence import persist

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.states import Step
    from alpha_swarm.ports.ledger import Ledger, Transaction
    from alpha_swarm.ports.records import Batch

log = structlog.get_logger(__name__)

#: A worker that falls silent for this long has lost its batch.
LEASE_SECONDS = 60.0
_RENEW_SECONDS = LEASE_SECONDS / 3
#: Nobody keeps a batch for longer, whatever it is at: what never ends must not keep its leads.
_LONGEST_SECONDS = 240.0
#: So long after its last renewal nothing is begun any more under a lease.
_TRUSTED_SECONDS = LEASE_SECONDS * 2 / 3
#: Between two looks at a lead whose values cannot be opened.
_UNREADABLE_SECONDS = 3600.0

Take = Callable[["Transaction"], "Batch | None"]
"""Takes leads in hand."""


def these(step: Step, lead_ids: Sequence[str]) -> Take:
    """What is due of these."""
    return lambda tx: tx.work.claim(step, lead_ids, LEASE_SECONDS)


def whoever(step: Step, most: int) -> Take:
    """Those whose turn it is."""
    return lambda tx: tx.work.claim_due(step, most, LEASE_SECONDS)


class Hold:
    """Whether a lease can still be counted on, without asking the ledger.

    A process that was frozen finds its last renewal long past when it goes on: it must not send what another
    worker has taken over meanwhile.
    """

    def __init__(self, clock: Clock, since: float) -> None:
        self._clock = clock
        self._renewed = since
        self._taken = False

    @property
    def lost(self) -> bool:
        """It was taken over, or it may run out before a call that begins now has begun."""
        return self._taken or self._clock.monotonic() - self._renewed > _TRUSTED_SECONDS

    def renew(self, ledger: Ledger, batch: Batch) -> None:
        """Ask the ledger for more time."""
        asked = self._clock.monotonic()
        with ledger.begin() as tx:
            kept = tx.work.renew(batch, LEASE_SECONDS)
        self._renewed = asked
        self._taken = not kept


@contextmanager
def keep_lease(ledger: Ledger, batch: Batch, hold: Hold) -> Iterator[None]:
    """Renew the lease for as long as the block runs."""
    over = Event()
    keeper = Thread(target=_renew, args=(ledger, batch, hold, over), name=f"lease-{batch.lease}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


@contextmanager
def letting_go(ledger: Ledger, batch: Batch, clock: Clock) -> Iterator[None]:
    """A batch over which the block fails is free at once, and suspected if it was not merely the ledger.

    What is logged meanwhile carries its ids.
    """
    try:
        with bound_contextvars(**_ids(batch)):
            yield
    except Exception as error:
        blameless = isinstance(error, RetryLaterError)
        # Should the ledger stay away, the lease runs out by itself.
        with suppress(RetryLaterError):
            persist(clock, lambda: _let_go(ledger, batch, blameless=blameless))
        raise


def _ids(batch: Batch) -> dict[str, object]:
    alone = {"lead_id": next(iter(batch.items))} if len(batch.items) == 1 else {}
    return {"step": batch.step.value, "lease": batch.lease, **alone}


def _let_go(ledger: Ledger, batch: Batch, *, blameless: bool) -> None:
    with ledger.begin() as tx:
        if blameless:
            tx.work.postpone(batch, dict.fromkeys(batch.items, 0.0))
        tx.work.release(batch)


@contextmanager
def suspecting(ledger: Ledger, take: Take) -> Iterator[None]:
    """A batch that our own code cannot even take in hand is taken up and dropped, so that it gets smaller."""
    try:
        yield
    except RetryLaterError:
        raise
    except Exception:
        with ledger.begin() as tx:
            batch = take(tx)
            if batch is not None:
                tx.work.release(batch)
        raise


def wait_for_values(tx: Transaction, batch: Batch, readable: Collection[str]) -> None:
    """Whoever cannot be read waits for the keys to be put back; whoever was forgotten is owed nothing."""
    tx.work.postpone(batch, {key: _UNREADABLE_SECONDS for key in batch.items if key not in readable})


def in_batches(step: Step, lead_ids: Sequence[str], once: Callable[[Take], Batch | None]) -> None:
    """Take up each lead at most once, in as many batches as the ledger makes of them."""
    rest = list(lead_ids)
    while rest and (batch := once(these(step, rest))) is not None:
        rest = [lead_id for lead_id in rest if lead_id not in batch.items]


def _renew(ledger: Ledger, batch: Batch, hold: Hold, over: Event) -> None:
    renewals = int(_LONGEST_SECONDS / _RENEW_SECONDS)
    while not over.wait(_RENEW_SECONDS) and (renewals := renewals - 1) >= 0:
        try:
            hold.renew(ledger, batch)
        except RetryLaterError as error:
            # The fence decides in the end whether the batch was still ours.
            log.warning("lease_not_renewed", lease=batch.lease, reason=str(error))
