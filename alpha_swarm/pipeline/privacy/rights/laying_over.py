"""The list outside and the ledger learn from each other who is not to come back.

What was said while another copy of the ledger stood holds here, too; and by whatever machine somebody was
forgotten, each list outside has them, so that any one of the lists is enough.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.pipeline.privacy.rights.lists import set_down
from alpha_swarm.ports.rights import ALLOWED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.ports.edge import Facts
    from alpha_swarm.ports.ledger import Ledger, Transaction
    from alpha_swarm.ports.rights import OutsideList, Suppressed

log = structlog.get_logger(__name__)

#: Lines that are laid over in a commit.
_LINES = 5000


class LayOver:
    """Lays one machine's list over; a list that the ledger has heard to its end is not read again.

    How far it was heard stands in the ledger itself, so a copy that is put back has heard less.
    """

    def __init__(self, ledger: Ledger, outside: OutsideList, facts: Facts, clock: Clock) -> None:
        self._ledger = ledger
        self._outside = outside
        self._facts = facts
        self._clock = clock

    def tell(self) -> None:
        """This machine's list hears what was set down since, by whatever machine."""
        fact = f"suppressions told to {self._outside.name}"
        said = self._facts.look(fact) if self._outside.there else None
        since, _, after = (said or "0.0 ").partition(" ")
        while page := self._settled(float(since), after):
            self._outside.add(page)
            since, after = repr(page[-1].since), page[-1].hash
            self._facts.put(fact, f"{since} {after}")

    def _settled(self, since: float, after: str) -> Sequence[Suppressed]:
        with self._ledger.read() as tx:
            return tx.suppressions.settled(since, after, _LINES)

    def run(self) -> bool:
        """Both learn of the other what they did not know; whether the ledger learned anything."""
        fact, heard = f"suppressions heard of {self._outside.name}", self._standing()
        if self._facts.look(fact) == heard:
            return False
        missing, allowed = self._into_the_ledger()
        # Each machine has such a list: what another one was told holds for this one's, too.
        with self._ledger.read() as tx:
            self._outside.add(line for line in tx.allowances.allowed() if line.hash not in allowed)
        self._facts.put(fact, heard)
        return missing > 0

    def _standing(self) -> str:
        with self._ledger.read() as tx:
            last = max((line.since for line in tx.allowances.allowed()), default=0.0)
        return f"{self._outside.version} {last!r}"

    def _into_the_ledger(self) -> tuple[int, set[str]]:
        """How many lines the ledger did not know, and whom the list says to be allowed again."""
        missing, allowed = 0, set()
        lines = iter(self._outside.read())
        while page := list(islice(lines, _LINES)):
            allowed |= {line.hash for line in page if line.why == ALLOWED}
            with self._ledger.read() as tx:
                new = tx.allowances.unlaid(page)
            if new:
                set_down(self._ledger, self._clock, partial(_laid, new))
                missing += len(new)
        if missing:
            log.warning("suppressions_laid_over", missing=missing)
        return missing, allowed


def _laid(lines: Sequence[Suppressed], tx: Transaction) -> None:
    tx.allowances.lay(lines)
