"""Judged leads are sent on: the rules say where to, and that is told and owed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alpha_swarm.domain.messages.notices import Notice, NoticeKind
from alpha_swarm.domain.policy.book import Party
from alpha_swarm.domain.policy.policy import OPEN
from alpha_swarm.domain.policy.withholding import values_without
from alpha_swarm.domain.routing.fields import Subject
from alpha_swarm.domain.routing.route import CAMPAIGNS, Reach, obstacle
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from alpha_swarm.domain.leads.enrichment import Values
    from alpha_swarm.domain.leads.lead import Standing
    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.domain.routing.route import Route
    from alpha_swarm.domain.routing.routing import Routing
    from alpha_swarm.domain.states import LegalBasis, Target
    from alpha_swarm.pipeline.followups import Followups
    from alpha_swarm.pipeline.results.judging import Judged
    from alpha_swarm.ports.ledger import Transaction

_NOT_INFORMED = "the person was not informed yet: alpha-swarm privacy notices"


class Dispatch:
    """Sends leads to the CRMs that the rules choose."""

    def __init__(
        self, routing: Routing, policy: PrivacyPolicy = OPEN, *, informed_first: bool = False
    ) -> None:
        """``informed_first``: nobody is written to who was not told that their data is held."""
        self._routing = routing
        self._policy = policy
        self._informed_first = informed_first

    def send(
        self,
        tx: Transaction,
        followups: Followups,
        leads: Mapping[str, Standing],
        results: Mapping[str, Judged],
    ) -> set[str]:
        """The leads that go anywhere."""
        routes = self._routes(tx, leads, results)
        tx.tell(_story(key, route) for key, route in routes.items())
        tx.outbox.add(notice for key, route in routes.items() for notice in _notices(leads[key], route))
        routed = {key: route.targets for key, route in routes.items() if route.targets}
        self._open(tx, followups, leads, routed, routes)
        return set(routed)

    def send_again(
        self,
        tx: Transaction,
        followups: Followups,
        leads: Mapping[str, Standing],
        results: Mapping[str, Judged],
        only: Mapping[str, Collection[Target]],
    ) -> dict[str, list[Target]]:
        """Lead id → where it goes, of ``only`` these; nobody is alerted of it once more."""
        routes = self._routes(tx, leads, results)
        chosen = {
            key: [target for target in route.targets if target in only[key]] for key, route in routes.items()
        }
        routed = {key: targets for key, targets in chosen.items() if targets}
        tx.tell(_story(key, routes[key]) for key in routed)
        self._open(tx, followups, leads, routed, routes)
        return routed

    def _open(
        self,
        tx: Transaction,
        followups: Followups,
        leads: Mapping[str, Standing],
        routed: Mapping[str, Sequence[Target]],
        routes: Mapping[str, Route],
    ) -> None:
        tx.syncs.open(routed, routes)
        tx.leads.move(dict.fromkeys(routed, State.SYNCING))
        for target in self._routing.targets:
            followups.owe(tx, Step.sync(target), [leads[key] for key in routed if target in routed[key]])

    def _routes(
        self, tx: Transaction, leads: Mapping[str, Standing], results: Mapping[str, Judged]
    ) -> dict[str, Route]:
        inputs = tx.leads.inputs(results) if self._routing.needs_input else {}
        found = {
            key: self._routing.route(
                Subject(
                    status=enrichment.status,
                    values=enrichment.values,
                    score=points,
                    priority=leads[key].priority,
                    input=inputs.get(key),
                )
            )
            for key, (enrichment, points) in results.items()
        }
        routes = {key: route for key, route in found.items() if route is not None}
        routes = self._reachable(tx, routes, results)
        return self._permitted(tx, routes) if self._informed_first else routes

    def _reachable(
        self, tx: Transaction, routes: Mapping[str, Route], results: Mapping[str, Judged]
    ) -> dict[str, Route]:
        """Without CRMs to which the privacy policy leaves nothing to know the person by."""
        if not self._policy.hides_addresses:
            return dict(routes)
        inputs = tx.leads.inputs(routes)
        return {
            key: route.without(self._hidden(route.targets, results[key][0].values, inputs[key].basis))
            for key, route in routes.items()
        }

    def _hidden(self, targets: Sequence[Target], values: Values, basis: LegalBasis) -> dict[Target, str]:
        seen = {
            target: values_without(values, self._policy.withheld(Party(target.value), basis))
            for target in targets
        }
        return {
            target: f"{why} that the privacy policy lets it have"
            for target, theirs in seen.items()
            if (why := obstacle(target, Reach.of(theirs)))
        }

    @staticmethod
    def _permitted(tx: Transaction, routes: Mapping[str, Route]) -> dict[str, Route]:
        told = tx.informing.informed(routes)
        return {
            key: route if key in told else route.without(dict.fromkeys(CAMPAIGNS, _NOT_INFORMED))
            for key, route in routes.items()
        }


def _notices(lead: Standing, route: Route) -> Iterator[Notice]:
    owner = next((one for one in route.owners.values() if "@" in one), None)
    for rule, alert in route.alerts.items():
        told = Notice(
            key=f"lead:{lead.id}:{lead.generation}:{rule}",
            kind=NoticeKind.LEAD,
            text=alert.text,
            lead_id=lead.id,
            topic=f"lead:{lead.id}",
            channel=alert.channel,
        )
        yield told
        if alert.owner and owner is not None:
            yield replace(told, key=f"{told.key}:owner", topic=None, channel=None, owner=owner)


def _story(lead_id: str, route: Route) -> Story:
    """Who owns a lead stays out of it: that is a person, too."""
    detail = {
        "targets": [target.value for target in route.targets],
        "rules": list(route.rules),
        "campaign": route.campaign,
        "owned_in": [target.value for target in route.owners if target in route.targets],
        "deals_in": [target.value for target in route.deals if target in route.targets],
        "left_out": {target.value: why for target, why in route.left_out.items()},
    }
    return Story(lead_id=lead_id, kind="routed", detail={key: said for key, said in detail.items() if said})
