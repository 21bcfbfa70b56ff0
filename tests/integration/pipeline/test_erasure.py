"""Whoever asks to be forgotten is forgotten wherever the pipeline has them, and does not come back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.doors.who import Who
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.domain.states import RESTING, State, Step
from alpha_swarm.errors import UserError
from alpha_swarm.ledger.schema.tables import inbox
from tests.integration.pipeline.rights_world import (
    EMAIL,
    MARK,
    assert_gone,
    canary,
    carry_on,
    erase,
    traces,
    usually,
    values_of,
)
from tests.integration.world import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.world import World


def finished_row(world: World) -> dict[str, Any]:
    """The person's row at Clay, as soon as it has a result that nobody has fetched."""
    while not (found := [row for row in world.rows() if row.get("enrichment_status") == "completed"]):
        for step in (Step.INGEST, Step.ENRICH):
            world.app.run(step, list(world.leads()))
    return found[0]


@pytest.mark.usefixtures("sides")
def test_letters_that_nobody_has_read_are_burnt_and_late_ones_are_not_kept(
    world: World, tmp_path: Path
) -> None:
    """A callback that waits, one that comes late, one for a row that is nobody's, and what is no JSON."""
    (lead_id,) = world.take([canary()], NOW)
    row = finished_row(world)
    letter = world.webhook(row)
    world.app.receive_webhook([letter, f"rubbish about {EMAIL}".encode()])
    marks = [str(row["email_work"]), str(row["phone"])]
    assert world.app.ledger.keys or traces(world, tmp_path, marks)
    assert erase(world)["lead_ids"] == [lead_id]
    assert traces(world, tmp_path, [MARK, *marks]) == {}
    nobodys = world.webhook({**row, "id": "row-of-nobody"})
    nameless = world.webhook(row, ["enrichment_status", "phone", "title"])
    world.app.receive_webhook([letter + b" ", nobodys, nameless, f"late rubbish about {EMAIL}".encode()])
    world.app.read_inbox()
    world.app.tidy()
    assert_gone(world, tmp_path, marks)


@pytest.mark.usefixtures("sides")
def test_of_a_letter_about_several_the_others_part_stays(world: World, tmp_path: Path) -> None:
    """Nothing of others is lost because somebody goes."""
    world.take([canary()], NOW)
    world.app.receive_webhook([json.dumps([{"about": EMAIL}, {"about": "somebody else"}]).encode()])
    erase(world)
    assert traces(world, tmp_path, [MARK]) == {}
    with world.app.ledger.read() as tx:
        (letter,) = tx.session.rows(select(inbox.c.fingerprint, inbox.c.body))
        assert json.loads(tx.session.personal.letter(letter)) == [{"about": "somebody else"}]


@pytest.mark.usefixtures("sides")
def test_a_crm_does_not_bring_the_person_back(world: World, tmp_path: Path) -> None:
    """By a letter that nobody has read yet, by a late one, and under the record that they had."""
    world.take([canary()], NOW)
    world.settle()
    data = {"id": "record-1", "email": EMAIL, "first_name": MARK}
    letter = json.dumps({"type": "contact.updated", "data": data}).encode()
    world.app.news.store([(System.GENERIC, {"message-1": letter})])
    world.app.read_inbox()
    world.app.news.store([(System.GENERIC, {"message-2": letter + b" "})])
    told = erase(world)
    assert [one["system"] for one in told["steps"] if one["state"] == "task"] == ["generic"]
    elsewhere = {"id": "record-1", "email": "other@elsewhere.example", "first_name": "Somebody"}
    renamed = json.dumps({"type": "contact.updated", "data": elsewhere}).encode()
    world.app.news.store([(System.GENERIC, {"message-3": letter, "message-4": renamed})])
    world.app.read_inbox()
    assert world.leads() == {}
    world.app.rights.done(told["request"], "generic")
    assert_gone(world, tmp_path, [])


@pytest.mark.usefixtures("sides")
def test_what_was_given_up_is_not_tried_again(world: World, tmp_path: Path) -> None:
    """Its dead letters are closed, and a plan has nothing to run."""
    world.fault(service="ghl", operation="upsertContact", fault="status", status=422)
    (lead_id,) = world.take([canary()], NOW)
    world.settle()
    assert world.deaths(lead_id)
    erase(world)
    world.mend()
    assert world.deaths(lead_id) == []
    assert world.app.dead_letters.groups(None, None, None, None) == []
    world.let_time_pass(4000)
    world.app.replay()
    assert_gone(world, tmp_path, [])


@pytest.mark.usefixtures("sides")
def test_neither_a_refresh_nor_an_import_of_results_brings_the_person_back(
    world: World, tmp_path: Path
) -> None:
    world.take([canary()], NOW)
    world.settle()
    (row,) = world.app.enricher.fetch([one["id"] for one in world.rows()]).values()
    erase(world)
    assert world.app.refresh.run({State.SYNCED: -1.0, State.UNENRICHABLE: -1.0}) == 0
    assert world.app.import_results.take([row]).applied == 0
    assert_gone(world, tmp_path, [str(row.values["email_work"])])


@pytest.mark.parametrize("told", [True, False], ids=["told", "asked"])
@pytest.mark.usefixtures("sides")
def test_whoever_is_found_to_be_the_person_is_forgotten_as_well(
    world: World, tmp_path: Path, *, told: bool
) -> None:
    """Under another profile, once the result says whose e-mail it is; nothing of that is kept."""
    (lead_id,) = world.people(1, "second")
    row = finished_row(world)
    world.app.rights.suppress([Who(email=str(row["email_work"]))])
    if told:
        world.app.receive_webhook([world.webhook(row)])
        world.app.read_inbox()
    status = world.settle()
    carry_on(world)
    assert (status["leads"]["erased"], status["balanced"]) == (1, True)
    assert lead_id not in world.leads()
    assert world.rows() == []
    assert traces(world, tmp_path, [str(row["email_work"]), str(row["phone"])]) == {}


@pytest.mark.parametrize("known_by", usually("phone", "record", long=("id", "profile", "email", "row")))
@pytest.mark.usefixtures("sides")
def test_anything_that_the_person_is_known_by_will_do(world: World, tmp_path: Path, known_by: str) -> None:
    (lead_id,) = world.take([canary()], NOW)
    world.people(1)
    world.settle()
    lead = world.leads()[lead_id]
    assert lead.enrichment is not None
    texts = {
        "id": lead_id.lower(),
        "profile": f"linkedin.com/in/{MARK.upper()}-7731/?trk=x",
        "email": EMAIL.upper(),
        "phone": str(lead.enrichment.values.phone),
        "record": f"ghl:{lead.external_ids['ghl']}",
        "row": f"clay:{lead.row_id}",
    }
    told = world.app.rights.ask(Right.ERASURE, texts[known_by])
    assert told["lead_ids"] == [lead_id]
    assert_gone(world, tmp_path, values_of(world, lead_id) if lead_id in world.leads() else [])


@pytest.mark.usefixtures("sides")
def test_whoever_is_known_to_nobody_is_kept_out_all_the_same(world: World) -> None:
    assert erase(world)["leads"] == 0
    world.app.rights.ask(Right.ERASURE, EMAIL)
    assert world.take([canary(), canary(linkedin_url="")], NOW) == ["", ""]
    with pytest.raises(UserError, match="give a LinkedIn address"):
        world.app.rights.ask(Right.ERASURE, "01ARZ3NDEKTSV4RRFFQ69G5FAV")
    with pytest.raises(UserError, match="nobody is known by that"):
        world.app.rights.ask(Right.ERASURE, "John Smith")


@pytest.mark.usefixtures("sides")
def test_whoever_shares_a_mailbox_with_the_person_is_somebody_else(world: World) -> None:
    """With a profile of their own; without one they are the same."""
    shared = "team@shared.example"
    ids = world.take([canary(email=shared), canary(email=shared, linkedin_url="linkedin.com/in/other")], NOW)
    erase(world)
    assert set(world.leads()) == {ids[1]}
    assert world.settle()["balanced"]
    assert world.leads()[ids[1]].state in RESTING
