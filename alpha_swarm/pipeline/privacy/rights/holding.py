"""A step of a request stays in one pair of hands for as long as it takes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.ports.ledger import Ledger
    from alpha_swarm.ports.rights import Errand

log = structlog.get_logger(__name__)


class HeldStep:
    """A step in hand, and until when."""

    def __init__(self, ledger: Ledger, errand: Errand, seconds: float) -> None:
        self._ledger = ledger
        self._seconds = seconds
        self.errand = errand
        self.ours = True

    def renew(self) -> None:
        """Ask the ledger for more time."""
        with self._ledger.begin() as tx:
            until = tx.rights.hold(self.errand, self._seconds)
        self.ours = until is not None
        if until is not None:
            self.errand = replace(self.errand, until=until)


@contextmanager
def keep_step(ledger: Ledger, errand: Errand, seconds: float) -> Iterator[HeldStep]:
    """Renewed before it is begun, as others came before it, and while the block runs."""
    step, over = HeldStep(ledger, errand, seconds), Event()
    step.renew()
    keeper = Thread(target=_keep, args=(step, over, seconds / 3), name="rights-step", daemon=True)
    keeper.start()
    try:
        yield step
    finally:
        over.set()
        keeper.join()


def _keep(step: HeldStep, over: Event, every: float) -> None:
    while step.ours and not over.wait(every):
        try:
            step.renew()
        except RetryLaterError as error:
            # The fence decides in the end whether the step was still ours.
            log.warning("rights_step_not_renewed", request=step.errand.request_id, reason=str(error))
