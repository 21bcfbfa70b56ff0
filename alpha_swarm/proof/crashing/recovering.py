"""Deaths over the recovery from an earlier death."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import Step
from alpha_swarm.proof import time_travel
from alpha_swarm.proof.crashing.aftermath import aftermath, bury
from alpha_swarm.proof.crashing.deaths import Deaths, Where
from alpha_swarm.proof.crashing.enumeration import BATCH, Tally, batches
from alpha_swarm.proof.crashing.installation import HOLDER
from alpha_swarm.proof.crashing.life import INBOX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.proof.crashing.child import Say
    from alpha_swarm.proof.crashing.group import Group
    from alpha_swarm.proof.crashing.installation import Installation
    from alpha_swarm.proof.crashing.points import Points

#: More than a look-up waits for.
_RIPE_SECONDS = 7.0
_MOST_TRIES = 8
_WRITES = tuple(f"sql:after:{verb}" for verb in ("INSERT", "UPDATE", "DELETE"))


def lasting(points: Mapping[str, Sequence[str]]) -> list[Where]:
    """Where a death leaves something else behind than one point earlier: after a commit or an answer.

    A first death anywhere else leaves what one of these does, or nothing at all, so the second deaths after
    it would be the same.
    """
    return [Where(step, number) for step, names in points.items() for number in _lasting(names)]


def _lasting(names: Sequence[str]) -> Iterator[int]:
    written = False
    for number, name in enumerate(names, start=1):
        written = written or name.startswith(_WRITES)
        if name.startswith("http:after") or (written and name == "commit:after"):
            yield number
            written = False


class Recovering:
    """The points of the recovery from one death, and deaths at any of them."""

    def __init__(self, installation: Installation, *, size: int, first: Where, freed: bool) -> None:
        self._installation = installation
        self._size = size
        self._deaths = Deaths(installation)
        self._first = first
        # A webhook that nobody read is free at once: no lease is on it.
        self._freed = freed or first.step == INBOX

    def points(self) -> list[str]:
        """The names of the points of the recovery, in order."""
        (group,) = self._groups(1)
        self._deaths.die(self._first, group, self._live)
        if not self._freed:
            bury(self._installation, freed=False)
        return self._deaths.survive(self._first.step, group, self._recover)

    def crash(self, numbers: Sequence[int]) -> Tally:
        """Die at the first place, and then again at each of these of the recovery."""
        tally = Tally()
        for batch in batches([Where(self._first.step, number) for number in numbers], BATCH):
            self._crash(batch, tally)
            if tally.violations:
                break
        return tally

    def _crash(self, wheres: Sequence[Where], tally: Tally) -> None:
        groups = self._groups(len(wheres))
        pairs = list(zip(wheres, groups, strict=True))
        if self._freed:
            hits = [self._die_once(group) and self._die_again(where, group) for where, group in pairs]
        else:
            firsts = [self._die_once(group) for group in groups]
            bury(self._installation, freed=False)
            hits = [first and self._die_again(*pair) for first, pair in zip(firsts, pairs, strict=True)]
        tally.landed += sum(hits)
        tally.missed += [
            f"{one.step} again {one.number}" for one, hit in zip(wheres, hits, strict=True) if not hit
        ]
        tally.violations += aftermath(self._installation, groups, freed=self._freed)

    def _groups(self, number: int) -> list[Group]:
        groups = self._installation.groups(number, self._size)
        self._installation.bring({self._first.step: groups})
        return groups

    def _die_once(self, group: Group) -> bool:
        return self._deaths.die(self._first, group, self._live)

    def _die_again(self, where: Where, group: Group) -> bool:
        return self._deaths.die(where, group, self._recover)

    def _live(self, step: str, group: Group, _points: Points, say: Say) -> None:
        self._installation.life.live(step, [group], say)

    def _recover(self, step: str, group: Group, points: Points, say: Say) -> None:
        """What comes after: the lease ends, the sweep sees what is due, the step is taken up again."""
        life, app = self._installation.life, self._installation.app
        if self._freed:
            app.free(HOLDER)
        if step not in set(Step):
            life.live(step, [group], say)
            return
        for _ in range(_MOST_TRIES):
            life.look(Step(step))
            life.live(step, [group], say)
            with points.off():
                if not self._owed(group):
                    return
                time_travel.let_time_pass(app.ledger.engine, _RIPE_SECONDS)

    def _owed(self, group: Group) -> bool:
        with self._installation.app.ledger.read() as tx:
            return any(self._first.step in tx.work.of(lead_id) for lead_id in group.ids)
