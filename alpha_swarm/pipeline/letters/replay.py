"""Dead letters that were only unlucky are tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ulid import ULID

from alpha_swarm.domain.letters.replay_plan import plan
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.pipeline.letters.revival import Revival

if TYPE_CHECKING:
    from alpha_swarm.domain.letters.replay_plan import ReplayRules
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.ledger import Ledger

_PAGE = 100


class Replay:
    """Owes the step again that a lead died at."""

    def __init__(self, ledger: Ledger, hints: Hints, rules: ReplayRules) -> None:
        self._ledger = ledger
        self._hints = hints
        self._rules = rules
        self._revival = Revival(rules)

    def run(self) -> None:
        """All whose time has come, page by page."""
        while self._page() == _PAGE:
            pass

    def _page(self) -> int:
        """How many were looked at; those that another letter of their lead goes before come next time."""
        followups = Followups()
        with self._ledger.begin() as tx:
            ripe = tx.dead_letters.ripe(_PAGE)
            if not ripe:
                return 0
            tx.leads.lock(set(ripe.values()))
            cases = tx.dead_letters.cases(list(ripe))
            planned = plan(cases, self._rules)
            self._revival.close(tx, cases, planned.moot)
            self._revival.run(tx, followups, planned.runs, str(ULID()))
        followups.send(self._hints)
        return len(planned.runs) + len(planned.moot)
