"""Puts the poison into the leads of this process."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from alpha_swarm.domain.states import Step
from alpha_swarm.pipeline.crm.contacts import Contacts
from alpha_swarm.pipeline.crm.sync import Sync
from alpha_swarm.pipeline.enrichment.collect import Collect
from alpha_swarm.pipeline.enrichment.enrich import Enrich
from alpha_swarm.pipeline.enrichment.ingest import Ingest
from alpha_swarm.pipeline.results.acceptance import Acceptance
from alpha_swarm.proof.crashing.child import Say
from alpha_swarm.proof.poison.doses import Dose, Moment

Leads = Callable[[tuple[Any, ...]], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Lacing:
    """Lead id → what it does to whoever takes it in hand."""

    doses: Mapping[str, Dose]
    say: Say

    def lace(self) -> None:
        """For the rest of this process's life."""
        for effect in (Ingest, Enrich, Sync):
            self._around(effect, "send", _leads, Moment.BEFORE, Moment.AFTER)
        for effect in (Ingest, Enrich):
            # Who died after a call is looked up next time, and is just as bad then.
            self._around(effect, "look_up", _leads, Moment.BEFORE, Moment.AFTER, late=False)
        self._around(Contacts, "of", _lead, Moment.MAPPED)
        self._around(Collect, "_fetch", _keys, Moment.FETCHED)
        self._around(Acceptance, "take", _rows, Moment.ACCEPTED)

    def _around(
        self,
        place: type,
        name: str,
        leads: Leads,
        before: Moment,
        after: Moment | None = None,
        *,
        late: bool = True,
    ) -> None:
        original = getattr(place, name)
        early = {before} if late or after is None else {before, after}

        def laced(*arguments: Any) -> Any:
            step = _step(arguments[0])
            self._strike(step, leads(arguments), early)
            answer = original(*arguments)
            self._strike(step, leads(arguments), {after} if late else set())
            return answer

        setattr(place, name, laced)

    def _strike(self, step: Step, lead_ids: Iterable[str], moments: Collection[Moment | None]) -> None:
        for lead_id in lead_ids:
            dose = self.doses.get(lead_id)
            if dose is not None and dose.step is step and dose.moment in moments:
                self.say(struck=lead_id)
                dose.harm.do()


def _step(place: Any) -> Step:
    if isinstance(place, Contacts):
        return Step.sync(place.target)
    step: Step = getattr(place, "step", Step.COLLECT)
    return step


def _leads(arguments: tuple[Any, ...]) -> list[str]:
    return [lead.id for lead in arguments[1]]


def _lead(arguments: tuple[Any, ...]) -> list[str]:
    return [arguments[1].id]


def _keys(arguments: tuple[Any, ...]) -> list[str]:
    return list(arguments[1])


def _rows(arguments: tuple[Any, ...]) -> list[str]:
    return list(arguments[3])
