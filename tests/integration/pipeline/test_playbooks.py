"""The playbooks of ``examples/routing`` do in the sandbox what their first lines say."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.doors.intake import Door, read_lead
from alpha_swarm.domain.states import Priority, Tier
from alpha_swarm.sandbox.sales_people import SALES_PEOPLE
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from alpha_swarm.domain.leads.lead import Lead
    from tests.integration.world import World

FOLDER = Path(__file__).parents[3] / "examples" / "routing"
PEOPLE = 40
GOOD = frozenset({Tier.ONE, Tier.TWO})
DESK = "desk@sales.example"
OWNERS_OF: Mapping[str, str] = {
    "New York, NY": "east@sales.example",
    "Boston, MA": "east@sales.example",
    "San Francisco, CA": "west@sales.example",
    "Austin, TX": "west@sales.example",
    "London, UK": "emea@sales.example",
    "Berlin, DE": "emea@sales.example",
    "Paris, FR": "emea@sales.example",
    "Oslo, NO": "emea@sales.example",
}
OWNERS = {one.hubspot_id: one.email for one in SALES_PEOPLE}


@pytest.fixture
def play(install: Callable[..., World], sandbox: str) -> Callable[..., World]:
    """A playbook with forty people from one source, to the end, and the messages sent."""

    def played(name: str, **source: Any) -> World:
        path = FOLDER / f"{name}.yaml"
        named = re.search(r"^# SYNC_TARGETS=(\S+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert named
        world = install(
            SYNC_TARGETS=named[1],
            ROUTING_FILE=str(path),
            HUBSPOT_ACCESS_TOKEN="pat",
            HUBSPOT_API_BASE_URL=f"{sandbox}/hubspot",
            SLACK_BOT_TOKEN="xoxb-1",
            SLACK_CHANNEL="C1",
            SLACK_API_BASE_URL=f"{sandbox}/slack/api",
        )
        people = [person(f"visitor-{number}", **source) for number in range(PEOPLE)]
        inputs = [read_lead(one, now=NOW, door=Door(source.get("source_type", "scraper"))) for one in people]
        world.app.receive.take(inputs, priority=Priority.NORMAL, door="test")
        world.settle()
        for _ in range(2 * PEOPLE):
            world.app.notify()
        return world

    return played


def told(world: World, text: str) -> Counter[str]:
    """How often channels were told so of each lead, of many at once in one message."""
    messages = world.sandbox_ledger()["slack"]["message_list"]
    shown = [one["text"] for one in messages if text in one["text"] and not one["channel"].startswith("U")]
    return Counter(lead_id for message in shown for lead_id in world.leads() if lead_id in message)


def once(leads: Iterable[Lead]) -> Counter[str]:
    """Each of some."""
    found = Counter(lead.id for lead in leads)
    assert found
    return found


def everybody(world: World) -> list[Lead]:
    """Who has a score."""
    return [lead for lead in world.leads().values() if lead.enrichment and lead.score]


def reached(world: World, *, email: bool = False) -> list[Lead]:
    """Who can be written to, or called as well."""
    found = everybody(world)
    return [lead for lead in found if _values(lead).email or (_values(lead).phone and not email)]


def good(leads: list[Lead]) -> list[Lead]:
    """Those of tiers 1 and 2."""
    return [lead for lead in leads if lead.score and lead.score.tier in GOOD]


def _values(lead: Lead) -> Any:
    assert lead.enrichment
    return lead.enrichment.values


def _total(lead: Lead) -> int:
    assert lead.score
    return lead.score.total


def records(world: World, crm: str, listing: str = "contact_list") -> list[dict[str, Any]]:
    """What a CRM holds."""
    books = world.sandbox_ledger()[crm]
    assert books["duplicate_emails"] == books.get("doubled_deals", 0) == 0
    found: list[dict[str, Any]] = books[listing]
    return found


def test_enriched_leads_become_contacts_in_hubspot(play: Callable[..., World]) -> None:
    world = play("clay-to-hubspot")
    assert len(records(world, "hubspot")) == len(reached(world)) > 0
    assert records(world, "hubspot", "deal_list") == []


def test_territories_have_owners_and_the_best_a_deal(play: Callable[..., World]) -> None:
    """With the owner of the contact; the channel hears of each once."""
    world = play("territories")
    properties = [one["properties"] for one in records(world, "hubspot")]
    contacts = {one["alpha_swarm_lead_id"]: one for one in properties}
    leads = reached(world)
    assert contacts.keys() == {lead.id for lead in leads}
    owners = {key: OWNERS[one["hubspot_owner_id"]] for key, one in contacts.items()}
    assert owners == {lead.id: OWNERS_OF.get(str(_values(lead).company_location), DESK) for lead in leads}
    best = [lead for lead in leads if _total(lead) > 75]
    deals = [one["properties"] for one in records(world, "hubspot", "deal_list")]
    assert {one["alpha_swarm_lead_id"] for one in deals} == {lead.id for lead in best}
    assert all(OWNERS[one["hubspot_owner_id"]] == owners[one["alpha_swarm_lead_id"]] for one in deals)
    assert {(one["dealstage"], one["amount"]) for one in deals} == {("appointmentscheduled", "5000")}
    assert told(world, "New deal") == once(lead for lead in everybody(world) if _total(lead) > 75)


def test_who_filled_in_the_form_is_a_contact_and_announced_when_good(play: Callable[..., World]) -> None:
    world = play("lead-alert", source_type="crm", source_name="HubSpot form")
    leads = reached(world)
    assert len(records(world, "hubspot")) == len(leads)
    assert told(world, "A good lead has filled in the form") == once(good(everybody(world)))


def test_fresh_money_has_its_own_campaign(play: Callable[..., World]) -> None:
    world = play("new-funding", source_name="Crunchbase funding rounds")
    rounds = {"Series A", "Series B", "Series C"}
    announced = [lead for lead in good(everybody(world)) if _values(lead).funding_stage in rounds]
    raised = {_values(lead).email for lead in announced} - {None}
    usual = {_values(lead).email for lead in good(reached(world, email=True))} - raised
    campaigns: dict[str, set[str]] = {}
    for one in records(world, "instantly", "lead_list"):
        campaigns.setdefault(one["campaign"][:8], set()).add(one["email"])
    assert campaigns == {key: group for key, group in (("5b0e7c1a", raised), ("3f0e7c1a", usual)) if group}
    assert raised
    assert len(records(world, "ghl")) == len(reached(world))
    assert told(world, "A company that fits has raised money") == once(announced)


def test_visitors_who_fit_are_contacts_with_a_deal(play: Callable[..., World]) -> None:
    """In no campaign: they came by themselves."""
    world = play("website-visitor", source_type="crm", source_name="website")
    assert len(records(world, "ghl")) == len(reached(world))
    deals = records(world, "ghl", "deal_list")
    assert len(deals) == len(good(reached(world))) > 0
    assert all(one["name"].endswith(": visited the website") for one in deals)
    assert records(world, "instantly", "lead_list") == []
    assert told(world, "A company that fits is on the website") == once(good(everybody(world)))
