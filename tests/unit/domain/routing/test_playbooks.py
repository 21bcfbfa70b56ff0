"""The examples are valid, and do what their first lines say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.states import SourceType, Target
from tests.unit.domain.routing.subjects import rules, subject, went

if TYPE_CHECKING:
    from alpha_swarm.domain.routing.route import Route
    from alpha_swarm.domain.routing.routing import Routing

FOLDER = Path(__file__).parents[4] / "examples" / "routing"
FILES = sorted(FOLDER.glob("*.yaml"))


def playbook(name: str) -> Routing:
    """An example with the targets that it says it is for."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    named = re.search(r"^# SYNC_TARGETS=(\S+)$", text, flags=re.MULTILINE)
    assert named, "an example says which targets it is for"
    return rules(text, tuple(map(Target, named[1].split(","))))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_example_is_valid_and_stands_in_the_list(file: Path) -> None:
    assert playbook(file.name).rules
    assert f"- [{file.name}]({file.name}): " in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_enriched_leads_become_contacts_in_hubspot() -> None:
    assert went(playbook("clay-to-hubspot.yaml"), subject(tier=3)).targets == (Target.HUBSPOT,)


@pytest.mark.parametrize(
    ("location", "owner"),
    [
        ("Boston, MA", "east@sales.example"),
        ("San Francisco, CA", "west@sales.example"),
        ("Oslo, NO", "emea@sales.example"),
        ("Tokyo, JP", "desk@sales.example"),
        (None, "desk@sales.example"),
    ],
)
def test_territories_have_owners(location: str | None, owner: str) -> None:
    route = went(playbook("territories.yaml"), subject(company_location=location))
    assert route.owners == {Target.HUBSPOT: owner}


def test_a_deal_is_made_above_a_score_of_75() -> None:
    """And its owner hears of it."""
    routes = [went(playbook("territories.yaml"), subject(score=score)) for score in (75, 76)]
    assert [list(route.deals) for route in routes] == [[], [Target.HUBSPOT]]
    assert [[alert.owner for alert in route.alerts.values()] for route in routes] == [[], [True]]


def texts(route: Route) -> list[str]:
    """Of the alerts."""
    return [alert.text for alert in route.alerts.values()]


def test_who_filled_in_the_form_is_announced_when_worth_a_call() -> None:
    routing = playbook("lead-alert.yaml")
    form = {"source_type": SourceType.CRM, "source_name": "HubSpot"}
    good, bad = (went(routing, subject(tier=tier, given=form)) for tier in (2, 3))
    assert good.targets == bad.targets == (Target.HUBSPOT,)
    assert (len(texts(good)), texts(bad)) == (1, [])
    assert went(routing, subject()).rules == ()


def test_fresh_money_gets_its_own_campaign() -> None:
    routing = playbook("new-funding.yaml")
    raised = went(routing, subject(funding_stage="Series B", given={"source_name": "Crunchbase rounds"}))
    usual = went(routing, subject(funding_stage="Series B"))
    assert raised.targets == usual.targets == (Target.GHL, Target.INSTANTLY)
    assert (raised.campaign, usual.campaign) == ("5b0e7c1a-8a44-4d1e-9a0e-0b8f0a7d1c22", None)
    assert (len(texts(raised)), texts(usual)) == (1, [])


def test_a_visitor_nobody_can_reach_is_announced_and_goes_nowhere() -> None:
    """The company is known, the person is not."""
    visit = {"source_type": SourceType.CRM, "source_name": "website"}
    stranger = subject(email_work=None, phone=None, given=visit)
    route = went(playbook("website-visitor.yaml"), stranger)
    assert (route.targets, len(texts(route))) == ((), 1)
    person = went(playbook("website-visitor.yaml"), subject(given=visit))
    assert (person.targets, list(person.deals)) == ((Target.GHL,), [Target.GHL])


def test_our_own_people_go_nowhere() -> None:
    route = went(playbook("website-visitor.yaml"), subject(company_domain="mail.ourselves.example"))
    assert (route.rules, route.targets) == (("our own people and those we buy from",), ())
