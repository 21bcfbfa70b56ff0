"""What a person puts right is so everywhere, and stays so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.rectification import read_corrections
from alpha_swarm.domain.states import State
from alpha_swarm.person_desk import PersonDesk
from alpha_swarm.pipeline.refresh import RENEWABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.domain.lead import Lead
    from tests.integration.world import World

GIVEN = ("title=Chief Mender", "email=mended@right.example", "first_name=Mended")


def whole(world: World) -> Lead:
    """A lead that is in both CRMs."""
    return next(lead for lead in world.leads().values() if {"ghl", "instantly"} <= lead.external_ids.keys())


def rectify(world: World, who: str, *given: str) -> dict[str, Any]:
    """What is told of it."""
    told = PersonDesk(world.app).rectify(who, read_corrections(given or GIVEN))
    assert told is not None
    return told


def test_a_correction_reaches_both_crms_and_the_row_and_outlives_a_refresh(
    install: Callable[..., World],
) -> None:
    world = install()
    world.people(6)
    world.settle()
    lead = whole(world)
    told = rectify(world, str(lead.input.linkedin_url))
    assert told["systems"] == dict.fromkeys(("clay", "ghl", "instantly"), "is being told")
    world.settle()
    is_right_everywhere(world, lead)
    world.app.refresh.run(dict.fromkeys(RENEWABLE, 0.0))
    world.settle()
    assert world.leads()[lead.id].generation == 2
    is_right_everywhere(world, lead)


def is_right_everywhere(world: World, lead: Lead) -> None:
    """Here, in both CRMs and in the row; the wrong address is nowhere but in what is known of before."""
    ours = world.leads()[lead.id]
    assert ours.state is State.SYNCED
    assert (ours.values.title, ours.values.email, ours.input.first_name) == (
        "Chief Mender",
        "mended@right.example",
        "Mended",
    )
    (row,) = (row for row in world.rows() if row.get("lead_id") == lead.id)
    assert (row["title"], row["email_work"], row["first_name"]) == (
        "Chief Mender",
        "mended@right.example",
        "Mended",
    )
    for crm in world.app.crms.values():
        assert crm.find(lead.values.email, None) is None
        record_id = crm.find("mended@right.example", None)
        assert record_id == ours.external_ids[crm.target.value]
