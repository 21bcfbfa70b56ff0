"""Old results are renewed: a new generation of a lead goes the whole way again, and costs again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ulid import ULID

from alpha_swarm.domain.states import State, Step
from alpha_swarm.ports.records import Owed, Story

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.leads.lead import Standing
    from alpha_swarm.domain.states import Tier
    from alpha_swarm.ports.enricher import Capabilities
    from alpha_swarm.ports.ledger import Ledger, Transaction

#: Leads in these states have a result, and nothing more is going to happen to them.
RENEWABLE = (State.SYNCED, State.UNENRICHABLE)
_PAGE = 200


class Refresh:
    """Begins new generations."""

    def __init__(self, ledger: Ledger, capabilities: Capabilities) -> None:
        self._ledger = ledger
        self._starts = capabilities.start_batch > 0

    def count(self, ages: Mapping[State, float]) -> int:
        """How many leads :meth:`run` would renew; ``ages``: state → seconds since the result, at least."""
        with self._ledger.read() as tx:
            return sum(len(page) for state, age in ages.items() for page in _pages(tx, state, age))

    def run(self, ages: Mapping[State, float]) -> int:
        """Renew them, page by page, as one batch; how many there were."""
        batch = str(ULID())
        with self._ledger.read() as tx:
            found = [(state, page) for state, age in ages.items() for page in _pages(tx, state, age)]
        return sum(self._renew(page, state, batch) for state, page in found)

    def some(self, ages: Mapping[Tier, float], most: int) -> int:
        """Renew at most so many synced leads whose result is too old for their tier, the best tier first."""
        batch, renewed = str(ULID()), 0
        for tier in sorted(ages):
            with self._ledger.read() as tx:
                found = tx.leads.stale(State.SYNCED, ages[tier], "", most - renewed, tier)
            for start in range(0, len(found), _PAGE):
                renewed += self._renew(found[start : start + _PAGE], State.SYNCED, batch)
        return renewed

    def _renew(self, lead_ids: Sequence[str], state: State, batch: str) -> int:
        with self._ledger.begin() as tx:
            tx.leads.lock(lead_ids)
            # Whoever was moved on since is somebody else's business.
            loaded = tx.leads.load(lead_ids, history=False)
            leads = [lead for lead in loaded.values() if lead.state is state]
            begin_generation(tx, leads, batch, starts=self._starts)
        return len(leads)


def begin_generation(tx: Transaction, leads: Sequence[Standing], batch: str, *, starts: bool) -> None:
    """These go the whole way again; what that costs belongs to ``batch``.

    ``starts``: whether a row that stands is started by a call of its own.
    """
    tx.leads.renew({lead.id: lead.generation + 1 for lead in leads}, batch)
    tx.tell(
        Story(lead_id=lead.id, kind="renewed", detail={"generation": lead.generation + 1}) for lead in leads
    )
    # A row that stands is started once more; anything else would leave two of it.
    again = [lead for lead in leads if starts and lead.row_id]
    anew = [lead for lead in leads if lead not in again]
    _send(tx, again, State.SUBMITTED, Step.ENRICH)
    _send(tx, anew, State.RECEIVED, Step.INGEST)


def _send(tx: Transaction, leads: Sequence[Standing], state: State, step: Step) -> None:
    tx.leads.move({lead.id: state for lead in leads})
    # The sweep finds them: nobody who renews thousands waits for the first.
    tx.work.owe(Owed(lead_id=lead.id, step=step, turn=lead.turn) for lead in leads)


def _pages(tx: Transaction, state: State, age: float) -> Iterator[Sequence[str]]:
    after = ""
    while page := tx.leads.stale(state, age, after, _PAGE):
        yield page
        after = page[-1]
