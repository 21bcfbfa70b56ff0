"""The life of a lead, step by step: from the door to the write-back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.states import Priority, Step, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from alpha_swarm.app import App
    from alpha_swarm.proof.crashing.child import Say
    from alpha_swarm.proof.crashing.group import Group

DOOR, WEBHOOK, INBOX = "door", "webhook", "inbox"
_MOST = 500


def steps(targets: Iterable[Target]) -> tuple[str, ...]:
    """In this order, into these CRMs.

    A lead's result comes by webhook if it is its group's first, and is asked for otherwise.
    """
    earlier = (DOOR, Step.INGEST.value, Step.ENRICH.value, WEBHOOK, INBOX, Step.COLLECT.value)
    return (*earlier, *(Step.sync(target).value for target in targets), Step.WRITE_BACK.value)


class Life:
    """What a process does for groups of leads in one step."""

    def __init__(self, app: App) -> None:
        self._app = app

    @property
    def steps(self) -> tuple[str, ...]:
        """Of a whole life there."""
        return steps(self._app.settings.sync_targets)

    def live(self, step: str, groups: Sequence[Group], say: Say) -> None:
        """One step, for all of them at once."""
        special = {DOOR: self._door, WEBHOOK: self._webhook, INBOX: self._inbox}
        act: Callable[[Sequence[Group], Say], None] = special.get(step, partial(self._run, step))
        act(groups, say)

    def look(self, step: Step) -> None:
        """What the sweep does for one queue."""
        with self._app.ledger.read() as tx:
            tx.work.due([step], _MOST)

    def _door(self, groups: Sequence[Group], say: Say) -> None:
        people = [person for group in groups for person in group.people]
        taken = self._app.receive.take(people, priority=Priority.NORMAL, door="proof")
        say(accepted=[one.lead_id for one in taken], new=sum(not one.duplicate for one in taken))
        self.look(Step.INGEST)

    def _webhook(self, groups: Sequence[Group], say: Say) -> None:
        self._app.receive_webhook([group.letter for group in groups if group.letter])
        say(letters=True)

    def _inbox(self, _groups: Sequence[Group], _say: Say) -> None:
        self._app.read_inbox()

    def _run(self, step: str, groups: Sequence[Group], _say: Say) -> None:
        self._app.run(Step(step), [lead_id for group in groups for lead_id in group.ids])


def nothing_said(**_words: Any) -> None:
    """Nobody listens."""
