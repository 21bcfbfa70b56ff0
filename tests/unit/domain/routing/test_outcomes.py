"""What follows where several rules match."""

from __future__ import annotations

from alpha_swarm.domain.routing.route import Placement
from alpha_swarm.domain.routing.rules import Deal
from alpha_swarm.domain.routing.wording import deal_name
from alpha_swarm.domain.states import Target
from tests.unit.domain.routing.subjects import rules, subject, went

SEVERAL = """
rules:
  - name: best
    when: {score: {more_than: 75}}
    then:
      targets: [ghl, instantly]
      campaign: special
      owner: {hubspot: ada@sales.example}
      deal: {hubspot: {pipeline: p, stage: s}}
      alert: first
  - name: everybody
    then:
      targets: contacts
      campaign: usual
      owner: {contacts: desk@sales.example, ghl: "42"}
      alert: {text: second, channel: "#sales"}
"""


def test_targets_and_alerts_add_up() -> None:
    route = went(rules(SEVERAL), subject())
    assert route.targets == tuple(Target)
    assert [alert.text for alert in route.alerts.values()] == ["first", "second"]
    assert route.rules == ("best", "everybody")


def test_of_campaigns_and_owners_the_first_word_holds() -> None:
    """And a CRM's own stands above that of a group, within one rule."""
    route = went(rules(SEVERAL), subject())
    assert route.campaign == "special"
    assert route.owners == {
        Target.HUBSPOT: "ada@sales.example",
        Target.GHL: "42",
        Target.SALESFORCE: "desk@sales.example",
    }


def test_a_rule_that_does_not_match_has_no_say() -> None:
    route = went(rules(SEVERAL), subject(score=75))
    assert (route.rules, route.campaign, route.deals) == (("everybody",), "usual", {})


def test_stop_leaves_out_what_stands_below() -> None:
    """With it in every rule the first match alone counts."""
    text = SEVERAL.replace("alert: first", "stop: true")
    assert went(rules(text), subject()).rules == ("best",)
    assert went(rules(text), subject(score=75)).rules == ("everybody",)


def test_each_crm_is_told_what_concerns_it() -> None:
    """One of which nothing is said gets the contact alone."""
    route = went(
        rules(SEVERAL.replace('      owner: {contacts: desk@sales.example, ghl: "42"}\n', "")), subject()
    )
    assert route.placement(Target.INSTANTLY) == Placement(campaign="special")
    assert route.placement(Target.HUBSPOT) == Placement(
        owner="ada@sales.example", deal=Deal(pipeline="p", stage="s")
    )
    assert route.placement(Target.SALESFORCE) is None


def test_of_a_group_those_are_told_that_can_do_it() -> None:
    """Leads of Salesforce have no deals, those of Instantly neither deals nor owners."""
    text = "rules: [{name: all, then: {targets: all, owner: {all: rep@sales.example}, deal: {all: {}}}}]"
    route = went(rules(text), subject())
    contacts = {Target.GHL, Target.HUBSPOT, Target.SALESFORCE}
    assert route.owners.keys() == contacts & set(route.targets)
    assert route.deals.keys() == {Target.GHL, Target.HUBSPOT} & set(route.targets)
    assert Target.INSTANTLY in route.targets


def test_a_deal_is_called_after_the_company() -> None:
    """By its domain where it has no name; an unknown field is said to be unknown."""
    fields = {"company_name": None, "company_domain": "acme.example", "icp_tier": "Tier 1"}
    assert deal_name("{company_name}, {icp_tier}", fields) == "acme.example, Tier 1"
    assert deal_name("{company_name}: {funding_stage}", {}) == "unknown: unknown"
