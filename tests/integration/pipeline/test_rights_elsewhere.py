"""Whoever the ledger does not know, or knows by a row of long ago, is found where the data is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from sqlalchemy import update

from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.domain.results.columns import columns
from alpha_swarm.errors import UserError
from alpha_swarm.ledger.schema.tables import leads
from alpha_swarm.person_desk import PersonDesk
from tests.integration.pipeline.rights_world import MARK, PROFILE, canary, copied
from tests.integration.world import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World

CRMS = "ghl,instantly,hubspot"


def another_table(world: World) -> str:
    """Made by hand, as the first one is full."""
    with requests.Session() as session:
        session.headers["Authorization"] = "Bearer test"
        body = {"name": "Second", "columns": columns(with_email=True)}
        return str(session.post(f"{world.url}/clay/v1/tables", json=body, timeout=60).json()["id"])


def held(world: World, who: str) -> dict[str, int]:
    """System → how many records it holds of the person, where all could be asked."""
    told = PersonDesk(world.app).access(who)
    assert told is None or told["missing"] == []
    return {name: len(some) for name, some in told["personal_data"].items() if some} if told else {}


def erase(world: World, who: str) -> dict[str, int]:
    """Done in each system: how many records were removed."""
    told = world.app.rights.ask(Right.ERASURE, who)
    assert told["ended_at"]
    return {one["system"]: one["receipt"]["removed"] for one in told["steps"]}


def forgotten_here(world: World) -> tuple[str, str]:
    """The person's retention is over, and the CRMs kept them; HubSpot's record, and its e-mail."""
    (lead_id,) = world.take([canary()], NOW)
    world.settle()
    lead = world.leads()[lead_id]
    with world.app.ledger.engine.begin() as connection:
        connection.execute(update(leads).where(leads.c.id == lead_id).values(retention_until=1.0))
    world.app.run_schedule("retention")
    world.app.rights.go_on()
    assert world.leads() == {}
    return f"hubspot:{lead.external_ids['hubspot']}", str(lead.values.email_work)


def test_a_row_in_a_table_that_was_replaced_is_shown_put_right_and_removed(
    install: Callable[..., World],
) -> None:
    first = install()
    first.take([canary()], NOW)
    first.settle()
    world = install(CLAY_TABLE_ID=another_table(first))
    assert held(world, PROFILE) == {"alpha_swarm": 1, "clay": 1, "ghl": 1, "instantly": 1}
    PersonDesk(world.app).rectify(PROFILE, {"title": "Mender"})
    world.settle()
    assert [row["title"] for row in world.rows()] == ["Mender"]
    assert erase(world, PROFILE)["clay"] == 1
    assert world.rows() == []


def test_retention_removes_also_a_row_of_which_a_copy_knows_nothing(world: World) -> None:
    """It was made after the copy; whoever has the lead enriched from the copy makes another one."""
    (lead_id,) = world.take([canary()], NOW)
    lead = world.leads()[lead_id]
    world.app.enricher.prepare()
    world.app.enricher.submit([lead], "before the copy was put back")
    world.app.enricher.submit([lead], "afterwards")
    row = world.rows()[-1]["id"]
    with world.app.ledger.engine.begin() as connection:
        theirs = update(leads).where(leads.c.id == lead_id)
        connection.execute(theirs.values(row_id=row, retention_until=1.0))
    world.app.run_schedule("retention")
    world.app.rights.go_on()
    assert world.rows() == []


@pytest.mark.parametrize("column", ["email", "email_work", "linkedin_url"])
def test_clay_is_asked_by_whatever_was_said(world: World, column: str) -> None:
    """A ledger that was put back to before the person came knows nobody by it."""
    with copied(world):
        world.take([canary()], NOW)
        world.settle()
        (row,) = world.rows()
    assert held(world, row[column])["clay"] == 1
    assert erase(world, row[column])["clay"] == 1
    assert world.rows() == []


def test_what_a_row_is_not_found_by_stands_in_the_answer_and_in_the_receipt(world: World) -> None:
    """Somebody moved it: its id leads a person there."""
    (lead_id,) = world.take([canary()], NOW)
    world.settle()
    row_id = world.leads()[lead_id].row_id
    world.delete_row(world.rows()[0])
    assert PersonDesk(world.app).access("clay:row_of_nobody") is None
    told = PersonDesk(world.app).access(PROFILE)
    assert told is not None
    (missing,) = told["missing"]
    assert (missing["system"], str(row_id) in missing["remedy"]) == ("clay", True)
    steps = world.app.rights.ask(Right.ERASURE, PROFILE)["steps"]
    (note,) = [one["receipt"]["note"] for one in steps if one["system"] == "clay"]
    assert str(row_id) in note


def test_a_record_leads_to_the_person_elsewhere(install: Callable[..., World]) -> None:
    """Its system says the e-mail and the profile, which then go on the list as well."""
    world = install(SYNC_TARGETS=CRMS)
    record, email = forgotten_here(world)
    assert held(world, record) == {"ghl": 1, "instantly": 1, "hubspot": 1}
    removed = erase(world, record)
    assert {name: removed[name] for name in CRMS.split(",")} == {"ghl": 1, "instantly": 1, "hubspot": 1}
    assert held(world, email) == {}
    assert world.take([canary(email=email, linkedin_url=""), canary(email="")], NOW) == ["", ""]


def test_where_nobody_says_whose_record_it_is_nothing_is_half_done(install: Callable[..., World]) -> None:
    """The answer says what is missing, and an erasure is refused with a remedy."""
    world = install(SYNC_TARGETS=CRMS)
    record, _ = forgotten_here(world)
    world.fault(service="hubspot", fault="status", status=401)
    told: dict[str, Any] | None = PersonDesk(world.app).access(record)
    assert told is not None
    assert {one["system"] for one in told["missing"]} == {"hubspot"}
    assert any("whose record" in one["why"] for one in told["missing"])
    before = world.app.rights.latest(10)
    with pytest.raises(UserError, match=r"nothing was set down.*ask again") as refused:
        world.app.rights.ask(Right.ERASURE, record)
    assert MARK not in str(refused.value)
    assert world.app.rights.latest(10) == before


def test_a_record_and_a_lead_may_be_the_same_person(install: Callable[..., World]) -> None:
    """Somebody made the record by hand: its e-mail leads to the lead, which goes too."""
    world = install(SYNC_TARGETS=CRMS)
    record, _ = forgotten_here(world)
    world.take([canary()], NOW)
    assert held(world, record)["alpha_swarm"] == 1
    erase(world, record)
    assert world.leads() == {}
