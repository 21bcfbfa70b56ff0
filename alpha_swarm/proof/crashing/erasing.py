"""Erasures at moments of the life at which a worker has the person in hand, and deaths over the erasure."""

from __future__ import annotations

import signal
from collections import defaultdict
from typing import TYPE_CHECKING

from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.domain.doors.who import read_who
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.proof.crashing.child import begin, sound
from alpha_swarm.proof.crashing.deaths import Deaths, Where, remember
from alpha_swarm.proof.crashing.enumeration import Enumeration, Tally, batches
from alpha_swarm.proof.crashing.forgotten import Aftermath
from alpha_swarm.proof.crashing.installation import AT_REST
from alpha_swarm.proof.crashing.points import Points, Some
from alpha_swarm.proof.crashing.watch import watch

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

    from alpha_swarm.ports.rights import Suppressed
    from alpha_swarm.proof.crashing.child import Child, Say
    from alpha_swarm.proof.crashing.group import Group
    from alpha_swarm.proof.crashing.installation import Installation

#: Moments of the life, spread over all of it.
MOMENTS = 30
#: Workers that stand still at the same time; the recovery is one for all of them.
_BATCH = 24
_ERASURE = "erasure"
#: What others can see of a worker: what it has committed, and what it asks of the other side.
_SEEN = ("commit:after", "http")
#: The steps of an erasure; whoever dies before a commit leaves what was there before.
_STEPS = ("commit", "http", "list")


class Erasing:
    """A worker stands still over somebody whom another process erases and dies; then the first goes on."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._deaths = Deaths(installation, only=_STEPS)

    def moments(self) -> list[Where]:
        """After commits and around exchanges, from the door to the write-back; and at rest."""
        points = Enumeration(self._installation, size=1).points()
        seen = {step: [one for one in names if one.startswith(_SEEN)] for step, names in points.items()}
        every = [Where(step, number) for step, names in seen.items() for number in range(1, len(names) + 1)]
        taken = MOMENTS - 1
        return [*(every[place * len(every) // taken] for place in range(taken)), Where(AT_REST, 0)]

    def steps(self, moment: Where) -> int:
        """How many an erasure at that moment has."""
        (group,) = self._bring([moment])
        worker = self._stand_still(moment, group)
        names = self._deaths.survive(_ERASURE, group, self._erase)
        if worker:
            worker.kill()
            worker.end()
        return len(names)

    def crash(self, chosen: Sequence[tuple[Where, int]], chance: random.Random) -> Tally:
        """Die at each of them; it ends early with the first batch that leaves somebody behind."""
        tally = Tally()
        for batch in batches(chosen, _BATCH):
            self._crash(batch, tally, chance)
            if tally.violations:
                break
        return tally

    def _crash(self, chosen: Sequence[tuple[Where, int]], tally: Tally, chance: random.Random) -> None:
        groups = self._bring([moment for moment, _ in chosen])
        workers = [
            self._stand_still(moment, group) for (moment, _), group in zip(chosen, groups, strict=True)
        ]
        aftermath = Aftermath(self._installation, groups)
        for (moment, number), group in zip(chosen, groups, strict=True):
            group.crash.append(f"{moment.step} {moment.number}")
            hit = self._deaths.die(Where(_ERASURE, number), group, self._erase)
            tally.landed += hit
            tally.missed += [] if hit else [f"{moment.step} {moment.number} {_ERASURE} {number}"]
            self._ask_again(group)
        for worker, group in zip(workers, groups, strict=True):
            if worker:
                act = chance.choice([worker.go_on, worker.kill])
                act()
                remember(group, sound(worker.end()))
        tally.violations += aftermath.judge()

    def _bring(self, moments: Sequence[Where]) -> list[Group]:
        groups = self._installation.groups(len(moments), 1)
        standing: defaultdict[str, list[Group]] = defaultdict(list)
        for moment, group in zip(moments, groups, strict=True):
            standing[moment.step].append(group)
        self._installation.bring(standing)
        return groups

    def _stand_still(self, moment: Where, group: Group) -> Child | None:
        """The worker, which has come to that moment with the person in hand; nobody at rest."""
        if moment.step == AT_REST:
            return None

        def live(say: Say) -> None:
            points = Some(_SEEN, moment.number, lambda name: say(stopped=name), signal.SIGSTOP)
            watch(self._installation.app.ledger.engine, points)
            self._installation.life.live(moment.step, [group], say)

        self._installation.ready(moment.step, group)
        self._installation.stand_alone()
        worker = begin(live)
        worker.stands_still()
        return worker

    def _erase(self, _step: str, group: Group, points: Points, _say: Say) -> None:
        _watch_list(points)
        self._installation.app.rights.ask(Right.ERASURE, _profile(group))

    def _ask_again(self, group: Group) -> None:
        """Whoever got no answer, and of whom nothing was set down; else the schedule has to see to it."""
        who = read_who(_profile(group))
        app = self._installation.app
        with app.ledger.read() as tx:
            there = tx.rights.person([who]) if who else ()
        if there:
            app.rights.ask(Right.ERASURE, _profile(group))


def _profile(group: Group) -> str:
    return str(group.people[0].linkedin_url)


def _watch_list(points: Points) -> None:
    add = HomeList.add

    def adding(self: HomeList, lines: Iterable[Suppressed]) -> None:
        points.passed(lambda: "list:before")
        add(self, lines)
        points.passed(lambda: "list:after")

    HomeList.add = adding  # type: ignore[method-assign]  # a file tells nobody of a write
