"""What people see of dead letters and do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.letters.causes import Way, cause_named
from alpha_swarm.domain.letters.dead_letters import Resolution, Selection
from alpha_swarm.domain.letters.replay_ramp import VALID_SECONDS, ReplayState
from alpha_swarm.domain.letters.report import letter_row, moment, plan_report, replay_row
from alpha_swarm.domain.letters.selection import selection_of
from alpha_swarm.errors import UserError
from alpha_swarm.pipeline.letters.reckoning import leads_of
from alpha_swarm.pipeline.letters.revival import Revival
from alpha_swarm.ports.records import Story
from alpha_swarm.redact import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from alpha_swarm.domain.letters.replay_plan import ReplayPlan, ReplayRules
    from alpha_swarm.domain.letters.replay_ramp import Replay
    from alpha_swarm.domain.letters.selection import Meant
    from alpha_swarm.pipeline.letters.reckoning import Reckoning
    from alpha_swarm.ports.dead_letters import Group
    from alpha_swarm.ports.ledger import Ledger

    #: Leads that are paid for once more, and how many for the first time → credits and actions.
    Price = Callable[[Sequence[str], int], Mapping[str, Any]]
    Rows = list[dict[str, Any]]

#: One plan holds so many, the oldest; who has more plans again afterwards.
MOST_PLANNED = 20_000
_PAGE = 500
_LONGEST_REASON = 200


class LetterDesk:
    """Dead letters in groups and one by one; plans, and their replays."""

    def __init__(
        self,
        ledger: Ledger,
        rules: Callable[[], ReplayRules],
        reckoning: Callable[[], Reckoning],
        price: Price,
    ) -> None:
        self._ledger = ledger
        self._rules = rules
        self._reckoning = reckoning
        self._price = price

    def groups(
        self,
        kind: str | None = None,
        cause: str | None = None,
        step: str | None = None,
        since: str | float | None = None,
    ) -> Rows:
        """Open letters by step, cause and kind, the largest group first."""
        selection = selection_of({"kind": kind, "cause": cause, "step": step, "since": since})
        with self._ledger.read() as tx:
            return [_group_row(one) for one in tx.dead_letters.groups(selection)]

    def list(self, meant: Meant, limit: int = 100, after: str = "") -> Rows:
        """Open letters by id, those after ``after``."""
        with self._ledger.read() as tx:
            now = tx.dead_letters.now()
            return [letter_row(one, now) for one in tx.dead_letters.page(selection_of(meant), after, limit)]

    def show(self, letter_id: str) -> dict[str, Any] | None:
        """One letter, open or closed, and where its lead is."""
        with self._ledger.read() as tx:
            letter = tx.dead_letters.find(letter_id)
            if letter is None:
                return None
            lead = tx.leads.standing([letter.lead_id]).get(letter.lead_id)
            state = lead.state.value if lead else None
            return {**letter_row(letter, tx.dead_letters.now()), "lead_state": state}

    def unknown(self, letter_ids: Sequence[str]) -> Sequence[str]:
        """Those of these that no letter ever had, open or closed."""
        with self._ledger.read() as tx:
            return [one for one in letter_ids if tx.dead_letters.find(one.upper()) is None]

    def plan(self, meant: Meant) -> dict[str, Any]:
        """What a replay of these would do, cost and change; kept for a day under its hash."""
        selection = selection_of(meant)
        notes: list[str] = []
        reckoning = self._reckoning()
        planned, cases = reckoning.plan(lambda tx: tx.dead_letters.chosen(selection, MOST_PLANNED), notes)
        if len(cases) == MOST_PLANNED:
            notes.append(f"these are the {MOST_PLANNED:,} oldest: plan again when they are through")
        changes = reckoning.fields(planned, notes)
        with self._ledger.begin() as tx:
            replay_id = tx.replays.keep(planned, leads_of(cases), VALID_SECONDS)
            kept = tx.replays.find(replay_id)
        expires = {"expires_at": moment(kept.expires_at) if kept else None}
        return {**plan_report(planned), **self._priced(planned), **changes, "notes": notes, **expires}

    def apply(self, plan_hash: str) -> dict[str, Any]:
        """Begin what was planned, as long as it is what would be planned now.

        ``replay_id`` and ``refused``, of which one is ``None``.
        """
        with self._ledger.read() as tx:
            kept = tx.replays.planned(plan_hash)
            ids = tx.replays.letters(kept.id) if kept else ()
            late = kept is not None and tx.dead_letters.now() >= kept.expires_at
        if kept is None or kept.state is not ReplayState.PLANNED or late:
            return _refused(_why_not(kept))
        same = Selection(ids=tuple(ids))
        planned, _ = self._reckoning().plan(lambda tx: tx.dead_letters.chosen(same, MOST_PLANNED), [])
        if planned.hash != plan_hash:
            return _refused(_moved(kept, planned))
        with self._ledger.begin() as tx:
            if not tx.replays.begin(kept.id):
                return _refused(_why_not(tx.replays.find(kept.id)))
            Revival(self._rules()).close(tx, tx.dead_letters.cases(planned.moot), planned.moot)
        return {"replay_id": kept.id, "refused": None, "runs": kept.planned, "moot": len(planned.moot)}

    def replays(self, limit: int = 20) -> Rows:
        """Those that were applied, from the newest on."""
        with self._ledger.read() as tx:
            return [replay_row(one) for one in tx.replays.latest(limit)]

    def replay(self, replay_id: str) -> dict[str, Any] | None:
        """One of them."""
        with self._ledger.read() as tx:
            found = tx.replays.find(replay_id)
        return replay_row(found) if found else None

    def stop(self, replay_id: str) -> bool:
        """Let nothing more of it begin; whether it was under way."""
        with self._ledger.begin() as tx:
            return tx.replays.end(replay_id, ReplayState.STOPPED, "stopped by hand")

    def discard(self, meant: Meant, reason: str) -> int:
        """Close what is meant for good; how many there were. The reason stands in each lead's story.

        Raises:
            UserError: it is about all letters, or no reason is given.
        """
        selection, told = selection_of(meant), redact(reason.strip())[:_LONGEST_REASON]
        if selection == Selection():
            raise UserError("say which letters are discarded: ids, or a cause, class, step or moment")
        if not told:
            raise UserError("the reason is blank: say why, for whoever reads the lead's story")
        closed = 0
        while page := self._discard(selection, told):
            closed += page
        return closed

    def _discard(self, selection: Selection, reason: str) -> int:
        with self._ledger.begin() as tx:
            found = tx.dead_letters.page(selection, "", _PAGE)
            # Whoever was faster with one of them has closed it.
            letters = [case.letter for case in tx.dead_letters.cases([one.id for one in found])]
            tx.dead_letters.resolve([one.id for one in letters], Resolution.DISCARDED)
            tx.tell(
                Story(
                    lead_id=one.lead_id,
                    kind="discarded",
                    detail={"step": one.step.value, "cause": one.cause, "reason": reason},
                )
                for one in letters
            )
        return len(letters)

    def _priced(self, planned: ReplayPlan) -> Mapping[str, Any]:
        paid = [one for one in planned.runs if one.paid]
        before = [one.letter.lead_id for one in paid if one.way is Way.ANEW]
        return self._price(before, len(paid) - len(before))


def _group_row(group: Group) -> dict[str, Any]:
    cause = cause_named(group.cause)
    return {
        "step": group.step.value,
        "cause": group.cause,
        "kind": group.kind,
        "letters": group.letters,
        "given_up": group.given_up,
        "oldest_at": moment(group.oldest_at),
        "next_replay_at": moment(group.next_replay_at),
        "says": cause.says,
        "needed": cause.needed,
        "replay": cause.way.value,
    }


def _refused(why: str) -> dict[str, Any]:
    return {"replay_id": None, "refused": why, "runs": 0, "moot": 0}


def _why_not(kept: Replay | None) -> str:
    if kept is None:
        return "there is no plan with this hash: make one with alpha-swarm dlq plan"
    if kept.state is ReplayState.PLANNED:
        return "the plan is more than a day old: make a new one with alpha-swarm dlq plan"
    return f"the plan was applied as replay {kept.id}, which is {kept.state.value}: plan again for the rest"


def _moved(kept: Replay, planned: ReplayPlan) -> str:
    return (
        f"the world has moved: {kept.planned:,} letters were to run, and {len(planned.runs):,} of the same"
        " would now, or not the same ones; look at it again with alpha-swarm dlq plan"
    )
