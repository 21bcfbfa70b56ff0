"""What a replay would do: one snapshot of the ledger, and questions to the outside that change nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.letters.causes import Way
from alpha_swarm.domain.letters.replay_plan import plan
from alpha_swarm.domain.states import Step
from alpha_swarm.errors import AlphaSwarmError, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.letters.dead_letters import Case
    from alpha_swarm.domain.letters.replay_plan import ReplayPlan, ReplayRules, Run
    from alpha_swarm.domain.money.cost import Cost
    from alpha_swarm.domain.states import Target
    from alpha_swarm.pipeline.crm.preview import Preview
    from alpha_swarm.ports.ledger import Ledger, Transaction

    #: Those of the leads whose paid call took effect.
    LookUp = Callable[[Sequence[Lead]], Collection[str]]
    Look = Callable[[Target, Sequence[str]], Iterable[Preview]]

#: Records that are looked at in each CRM; a few hundred take seconds, and show what all would.
MOST_LOOKED_AT = 200
_PAGE = 500


class Reckoning:
    """Plans replays."""

    def __init__(
        self, ledger: Ledger, rules: ReplayRules, reservation: Cost, look_up: LookUp, preview: Look
    ) -> None:
        self._ledger = ledger
        self._rules = rules
        self._reservation = reservation
        self._look_up = look_up
        self._preview = preview

    def plan(
        self, choose: Callable[[Transaction], Sequence[Case]], notes: list[str]
    ) -> tuple[ReplayPlan, Sequence[Case]]:
        """The plan of what is chosen; ``notes`` gets what could not be found out."""
        with self._ledger.read() as tx:
            cases = choose(tx)
            room = tx.calls.room(self._reservation).period
        first = plan(cases, self._rules)
        wanted = [one.letter.lead_id for one in first.runs if _may_be_done(one)]
        started = self._started(wanted, notes) if self._rules.looks_up else set()
        return plan(cases, self._rules, started=started, room=room), cases

    def fields(self, planned: ReplayPlan, notes: list[str]) -> dict[str, Any]:
        """``fields`` that would change and ``looked_at``, by CRM."""
        found: dict[str, Any] = {"fields": {}, "looked_at": {}}
        for target in sorted(self._rules.targets):
            ids = [one.letter.lead_id for one in planned.runs if one.letter.step is Step.sync(target)]
            if ids:
                self._look_at(target, ids, found, notes)
        return found

    def _look_at(self, target: Target, ids: Sequence[str], found: dict[str, Any], notes: list[str]) -> None:
        try:
            previews = list(self._preview(target, ids[:MOST_LOOKED_AT]))
        except UserError:
            raise
        except AlphaSwarmError as error:
            notes.append(f"{target.value} could not be asked which fields would change: {error}")
            return
        found["fields"][target.value] = dict(Counter(name for one in previews for name in one.fields))
        actions = Counter(one.action for one in previews)
        found["looked_at"][target.value] = {"records": len(previews), "of": len(ids), **actions}

    def _started(self, lead_ids: Sequence[str], notes: list[str]) -> set[str]:
        """Nothing is known of those whom nobody can be asked about, so they are reckoned in full."""
        found: set[str] = set()
        try:
            for start in range(0, len(lead_ids), _PAGE):
                with self._ledger.read() as tx:
                    leads = tx.leads.load(lead_ids[start : start + _PAGE], history=False)
                found |= set(self._look_up(list(leads.values())))
        except UserError:
            raise
        except AlphaSwarmError as error:
            notes.append(f"Clay could not be asked what is done already, so all of it is reckoned: {error}")
        return found


def _may_be_done(run: Run) -> bool:
    """Whether its call may have been made and paid for all the same."""
    return run.paid and run.way is Way.AGAIN and run.letter.step is Step.ENRICH


def leads_of(cases: Iterable[Case]) -> Mapping[str, str]:
    """Letter id → lead id."""
    return {case.letter.id: case.letter.lead_id for case in cases}
