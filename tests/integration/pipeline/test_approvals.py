"""People are asked in Slack; what they allow is done as it was shown, once, and can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.api.server import create_app
from alpha_swarm.domain.messages.approvals import ApprovalState
from alpha_swarm.domain.states import Target
from alpha_swarm.inbound.slack import PATH
from tests.integration.api_door import served
from tests.integration.pipeline.asking import (
    ADA,
    ask,
    carry_out,
    contacts,
    messages,
    press,
    question,
    replies,
    standing,
)
from tests.integration.pipeline.crm_by_hand import edit, learn, sync_again

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.world import World

DAY = 86_400.0


def test_a_question_tells_figures_and_nothing_personal(asking: World) -> None:
    """With a button for yes and one for no."""
    learn(asking, title="Chief of Everything")
    ask(asking)
    asked = question(asking)
    lines = asked["text"].splitlines()
    number = len(contacts(asking, "id"))
    assert lines == ["*May this be written into the CRMs?*", f"ghl: {number} update", f"title: {number}"]
    labels = [one["text"]["text"] for one in asked["blocks"][1]["elements"]]
    assert labels == ["Apply", "Decline"]


def test_a_protected_field_is_written_where_it_was_allowed_and_taken_back(
    asking: World, answers_door: str
) -> None:
    """Nothing is written before the answer; undo works on exactly what was allowed."""
    approval_id = ask(asking, "source")
    assert "source included" in question(asking)["text"]
    carry_out(asking)
    assert contacts(asking, "source") == {None}
    assert press(asking, answers_door) == 200
    carry_out(asking)
    assert contacts(asking, "source") == {"Rival"}
    undone = asking.app.crm_desk.undo(approval_id, None)
    assert (undone.changes, undone.edited) == (len(contacts(asking, "id")), 0)
    assert contacts(asking, "source") <= {None, ""}


def test_without_being_asked_no_sync_writes_what_is_protected(asking: World, answers_door: str) -> None:
    """A plain question about other fields allows nothing besides."""
    learn(asking, title="Chief of Everything")
    ask(asking)
    press(asking, answers_door)
    carry_out(asking)
    assert contacts(asking, "source") == {None}
    assert asking.sandbox_ledger()["ghl"]["updates"] == len(contacts(asking, "id"))


def test_the_message_loses_its_buttons_and_says_who_answered_and_what_came_of_it(
    asking: World, answers_door: str
) -> None:
    """Of the person only the id is kept, though Slack tells more."""
    approval_id = ask(asking, "source")
    press(asking, answers_door)
    asking.app.notify()
    changed = question(asking)
    assert [block["type"] for block in changed["blocks"]] == ["section"]
    assert changed["text"].splitlines()[-2:] == ["answer: approved", f"by: <@{ADA}>"]
    assert replies(asking) == []
    carry_out(asking)
    (reply,) = replies(asking)
    assert f"on their way to ghl. To take it back: alpha-swarm targets undo {approval_id}" in reply
    found = standing(asking, approval_id)
    assert (found.state, found.answered_by) == (ApprovalState.APPROVED, ADA)
    assert "rep" not in (found.answered_by or "")


def test_what_is_declined_is_not_done(asking: World, answers_door: str) -> None:
    approval_id = ask(asking, "source")
    assert press(asking, answers_door, "decline") == 200
    carry_out(asking)
    assert standing(asking, approval_id).state is ApprovalState.DECLINED
    assert contacts(asking, "source") == {None}
    assert question(asking)["text"].splitlines()[-2:] == ["answer: declined", f"by: <@{ADA}>"]


def test_what_has_moved_on_is_not_done(asking: World, answers_door: str) -> None:
    """Somebody edits one record after the question: nothing is written, and the thread says so."""
    approval_id = ask(asking, "source")
    press(asking, answers_door)
    (first, *_) = asking.sandbox_ledger()["ghl"]["contact_list"]
    edit(asking, first["id"], source="Typed in")
    carry_out(asking)
    assert standing(asking, approval_id).state is ApprovalState.MOVED
    assert contacts(asking, "source") == {None, "Typed in"}
    assert "no longer what was shown" in replies(asking)[0]


def test_a_record_that_changes_after_all_was_looked_at_keeps_its_protected_field(
    asking: World, answers_door: str
) -> None:
    """Between the look and the write: what was allowed is the change that was shown, and no other."""
    ask(asking, "source")
    press(asking, answers_door)
    asking.app.carry_out()
    (first, *_) = asking.sandbox_ledger()["ghl"]["contact_list"]
    edit(asking, first["id"], source="Typed in")
    asking.settle()
    assert contacts(asking, "source") == {"Rival", "Typed in"}


def test_a_lead_that_is_on_its_way_again_moves_the_plan(asking: World, answers_door: str) -> None:
    approval_id = ask(asking, "source")
    press(asking, answers_door)
    asking.app.resync.run([Target.GHL], again=True)
    asking.app.carry_out()
    assert standing(asking, approval_id).state is ApprovalState.MOVED


def test_an_unanswered_question_ends_after_a_day(asking: World, answers_door: str) -> None:
    """Its buttons go, and a late answer changes nothing."""
    approval_id = ask(asking, "source")
    asked = question(asking)
    asking.let_time_pass(DAY - 60)
    asking.app.carry_out()
    assert standing(asking, approval_id).state is ApprovalState.ASKED
    asking.let_time_pass(61)
    assert press(asking, answers_door) == 200
    asking.app.carry_out()
    asking.app.notify()
    assert standing(asking, approval_id).state is ApprovalState.EXPIRED
    (ended,) = [one for one in messages(asking) if one["ts"] == asked["ts"]]
    assert ended["text"].splitlines()[-1] == "answer: none in time: ask again"
    assert len(ended["blocks"]) == 1
    carry_out(asking)
    assert contacts(asking, "source") == {None}


def test_a_crm_that_is_away_is_asked_again(asking: World, answers_door: str) -> None:
    """What was allowed waits for it, for the rest of the day."""
    approval_id = ask(asking, "source")
    press(asking, answers_door)
    asking.fault(service="ghl", fault="status", status=401)
    asking.app.carry_out()
    assert standing(asking, approval_id).outcome is None
    asking.mend()
    asking.let_time_pass(121)
    carry_out(asking)
    assert contacts(asking, "source") == {"Rival"}


def test_what_could_not_be_done_within_a_day_is_given_up(asking: World, answers_door: str) -> None:
    approval_id = ask(asking, "source")
    press(asking, answers_door)
    asking.fault(service="ghl", fault="status", status=401)
    asking.app.carry_out()
    asking.mend()
    asking.let_time_pass(DAY + 1)
    carry_out(asking)
    assert standing(asking, approval_id).state is ApprovalState.EXPIRED
    assert contacts(asking, "source") == {None}
    assert "within a day" in replies(asking)[0]


REP, OTHER = "user0000000000000041", "user0000000000000042"
RULES = """
rules:
  - name: everybody
    then: {targets: [ghl], owner: rep.one@portal.example}
"""


def test_an_owner_whom_a_person_chose_gives_way_to_an_approval_alone(
    start_bot: Callable[..., World], tmp_path: Path
) -> None:
    """The next sync by the rules leaves them; what is allowed is written, and the old owner comes back."""
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    world = start_bot(ROUTING_FILE=str(tmp_path / "rules.yaml"))
    for contact in world.sandbox_ledger()["ghl"]["contact_list"]:
        edit(world, contact["id"], assignedTo=OTHER)
    sync_again(world)
    assert contacts(world, "assignedTo") == {OTHER}
    with served(create_app(world.app)) as url:
        approval_id = ask(world, "owner")
        press(world, url + PATH)
    carry_out(world)
    assert contacts(world, "assignedTo") == {REP}
    world.app.crm_desk.undo(approval_id, None)
    assert contacts(world, "assignedTo") == {OTHER}
