"""A ledger with one lead on its way, a worker at it, and another one who comes later."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alpha_swarm.app import App
from alpha_swarm.ledger.schema.tables import facts, leases, metadata
from alpha_swarm.proof import rounds, time_travel
from alpha_swarm.proof.crashing.child import in_child
from alpha_swarm.proof.crashing.group import Group
from alpha_swarm.proof.crashing.life import DOOR, INBOX, WEBHOOK, Life, nothing_said, steps
from alpha_swarm.proof.crashing.points import Points
from alpha_swarm.proof.crashing.watch import watch
from alpha_swarm.proof.zombies.locks import writer_waits

if TYPE_CHECKING:
    from alpha_swarm.config import Settings
    from alpha_swarm.domain.leads.lead import LeadInput
    from alpha_swarm.proof.crashing.child import Say

#: A lease and one.
LEASE_SECONDS = 61.0
#: More than any step of the life waits for.
_LONGEST_WAIT_SECONDS = 2.0


class Plot:
    """One zombie's own ledger."""

    def __init__(self, settings: Settings, person: LeadInput) -> None:
        self._settings = settings
        self.group = Group([person])

    @property
    def leased(self) -> list[str]:
        """The steps that a worker does under a lease; results are asked for."""
        return [step for step in steps(self._settings.sync_targets) if step not in {DOOR, WEBHOOK, INBOX}]

    def bring(self, step: str) -> None:
        """The lead lives until this step."""
        life = Life(self.app)
        life.live(DOOR, [self.group], self._hear)
        for earlier in self.leased[: self.leased.index(step)]:
            self.pause()
            life.live(earlier, [self.group], nothing_said)
        self.pause()
        self.close()

    def step(self, step: str, points: Points) -> None:
        """In a child: a worker takes the step up."""
        app = rounds.without_queues(App(self._settings, "zombie"))
        watch(app.ledger.engine, points)
        Life(app).live(step, [self.group], nothing_said)

    def points(self, step: str) -> list[str]:
        """The names of the points of a step that nobody is frozen over."""

        def live(say: Say) -> None:
            points = Points(None, lambda _name: None)
            self.step(step, points)
            say(names=points.names)

        self.close()
        (names,) = in_child(live).all_of("names")
        return list(names)

    def writer_waits(self) -> bool:
        """Whether the frozen one keeps everybody else from writing."""
        waits = writer_waits(self.app.ledger.engine)
        self.close()
        return waits

    def overtake(self) -> None:
        """The lease runs out, and another worker does all that there is to do."""
        time_travel.let_time_pass(self.app.ledger.engine, LEASE_SECONDS)
        rounds.settle(self.app)
        self.close()

    def content(self) -> dict[str, list[Any]]:
        """Everything that the ledger says, but for leases: of an ended one nobody asks."""
        with self.app.ledger.engine.connect() as connection:
            found = {
                table.name: sorted(map(repr, connection.execute(select(table))))
                for table in metadata.sorted_tables
                if table not in {leases, facts}
            }
            # Whoever finds the same fact once more says when.
            found["facts"] = sorted(map(repr, connection.execute(select(facts.c.name, facts.c.value))))
        self.close()
        return found

    def pause(self) -> None:
        """As long as any step waits."""
        time_travel.let_time_pass(self.app.ledger.engine, _LONGEST_WAIT_SECONDS)

    def close(self) -> None:
        """No connection is open when somebody is forked."""
        self.app.close()
        del self.app

    @cached_property
    def app(self) -> App:
        """The other worker's."""
        return rounds.without_queues(App(self._settings, "other"))

    def _hear(self, **words: Any) -> None:
        self.group.ids = words["accepted"]
