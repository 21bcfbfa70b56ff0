"""What is known of a company fills the blanks of its people's results, for a while, and says that it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.results.companies import KNOWN
from alpha_swarm.domain.states import EnrichmentStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.domain.leads.lead import Lead
    from tests.integration.world import World

_FILL = {"CLAY_KNOWN_COMPANIES": "fill"}
_WHOLE = {
    "email_work": "ada@acme.example",
    "company_domain": "https://www.acme.example/about",
    "company_size": 250,
    "company_industry": "SaaS",
    "tech_stack": ["Salesforce", "Gong"],
}
_BLANK = {"email_work": "bob@acme.example", "company_domain": "acme.example", "company_industry": "Retail"}


def result(world: World, name: str, values: dict[str, Any]) -> Lead:
    """A lead whose result holds these values and no others."""
    (lead_id,) = world.people(1, name)
    world.step()
    (row,) = [row for row in world.rows() if row["lead_id"] == lead_id]
    body = {**row, "enrichment_status": "completed", "credits_used": 3.0, "providers_used": []}
    blanks = dict.fromkeys(
        ("email_personal", "phone", "company_size", "company_revenue", "company_location", "tech_stack")
    )
    funding = dict.fromkeys(("funding_stage", "funding_amount", "company_industry", "title"))
    world.app.receive_webhook([world.webhook({**body, **blanks, **funding, **values})])
    world.app.read_inbox()
    return world.leads()[lead_id]


def test_blanks_are_filled_scored_and_marked(install: Callable[..., World]) -> None:
    """What the result says itself stays."""
    world = install(**_FILL)
    result(world, "ada", _WHOLE)
    bob = result(world, "bob", _BLANK)
    assert bob.enrichment is not None
    assert bob.score is not None
    values = bob.enrichment.values
    assert (values.company_size, values.tech_stack) == (250, ("Salesforce", "Gong"))
    assert values.company_industry == "Retail"
    assert bob.enrichment.status is EnrichmentStatus.COMPLETED
    assert (bob.score.points["size"], bob.score.points["tech"]) == (30, 10)
    (use,) = bob.enrichment.providers
    assert (use.name, use.fields) == (KNOWN, ("company_size", "tech_stack"))
    assert KNOWN not in world.app.status()["providers"]


@pytest.mark.parametrize("environ", [{}, {**_FILL, "CLAY_KNOWN_COMPANY_DAYS": "1e-9"}])
def test_nothing_is_filled_when_it_is_off_or_too_old(
    install: Callable[..., World], environ: dict[str, str]
) -> None:
    """A lifetime of a ten-thousandth of a second is over before the next result can be there."""
    world = install(**environ)
    result(world, "ada", _WHOLE)
    bob = result(world, "bob", _BLANK)
    assert bob.enrichment is not None
    assert bob.enrichment.status is EnrichmentStatus.PARTIAL
    assert bob.enrichment.providers == ()


def test_nobody_is_made_usable_by_their_company(install: Callable[..., World]) -> None:
    """Without an e-mail or a number a lead stays unenrichable, and is filled all the same."""
    world = install(**_FILL)
    result(world, "ada", _WHOLE)
    bob = result(world, "bob", {**_BLANK, "email_work": None})
    assert bob.enrichment is not None
    assert bob.enrichment.status is EnrichmentStatus.UNENRICHABLE


def test_what_is_learnt_later_replaces_what_was_known(install: Callable[..., World]) -> None:
    world = install(**_FILL)
    result(world, "ada", _WHOLE)
    result(world, "cid", {**_WHOLE, "email_work": "cid@acme.example", "company_size": 90})
    bob = result(world, "bob", _BLANK)
    assert bob.enrichment is not None
    assert bob.enrichment.values.company_size == 90
