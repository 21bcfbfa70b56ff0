"""Why a lead goes where it goes."""

from __future__ import annotations

from dataclasses import replace

from alpha_swarm.assembly.routing import places
from alpha_swarm.domain.routing.explanation import Finding, explain
from alpha_swarm.domain.states import EnrichmentStatus
from tests.unit.domain.routing.subjects import rules, subject

ROUTING = rules(
    """
rules:
  - {name: emea, when: {territory: EMEA, score: {at_least: 50}}, then: {owner: x}}
  - {name: good, when: {score: {more_than: 75}, country: US}, then: {targets: contacts, stop: true}}
  - {name: rest, then: {targets: contacts}}
"""
)


def test_each_rule_says_whether_it_matched_and_why() -> None:
    """Only what failed is named of one that did not."""
    found = explain(ROUTING, places(), subject(score=90))
    assert found.findings == (
        Finding("emea", matched=False, why="territory is US-MA, not EMEA"),
        Finding("good", matched=True, why="score is 90; country is US-MA"),
        Finding("rest", matched=False, why="not reached: good stops"),
    )
    assert found.route == ROUTING.route(subject(score=90))


def test_a_rule_without_conditions_says_so_and_unknown_values_are_named() -> None:
    found = explain(ROUTING, places(), subject(score=60, company_location=None))
    assert [one.why for one in found.findings] == [
        "territory is unknown, not EMEA",
        "score is 60, not more than 75; country is unknown, not US",
        "it asks for nothing",
    ]


def test_what_came_to_nothing_is_explained_by_its_status() -> None:
    found = explain(ROUTING, places(), replace(subject(), status=EnrichmentStatus.UNENRICHABLE))
    assert found.route is None
    assert {one.why for one in found.findings} == {"a lead that is unenrichable goes nowhere"}
