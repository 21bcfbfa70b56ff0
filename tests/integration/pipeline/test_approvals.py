"""People are asked in Slack; what they allow is done as it was shown, once, and can be taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

from alpha_swarm.api.server import create_app
from alpha_swarm.domain.approvals import ApprovalState
from alpha_swarm.domain.states import Target
from alpha_swarm.inbound.slack import PATH
from tests.integration.api_door import served
from tests.integration.pipeline.crm_by_hand import edit, learn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alpha_swarm.domain.approvals import Approval
    from tests.integration.world import World

SECRET, NEXT = "8f742231b10e8888abcd99yyyzzz85a5", "the next one"
ADA, BOB = "U0ADA0ADA", "U0BOB0BOB"
DAY = 86_400.0


@pytest.fixture
def start(install: Callable[..., World], sandbox: str) -> Callable[..., World]:
    """Starts an installation with a bot; six leads are in GoHighLevel."""

    def begin(**more: str) -> World:
        world = install(
            SLACK_BOT_TOKEN="xoxb-1",
            SLACK_CHANNEL="C1",
            SLACK_API_BASE_URL=f"{sandbox}/slack/api",
            SLACK_SIGNING_SECRET=f"{NEXT},{SECRET}",
            SYNC_TARGETS="ghl",
            **more,
        )
        world.people(6)
        world.settle()
        world.app.notify()
        return world

    return begin


@pytest.fixture
def world(start: Callable[..., World]) -> World:
    """The installation."""
    return start()


@pytest.fixture
def door(world: World) -> Iterator[str]:
    """Where Slack tells of answers."""
    with served(create_app(world.app)) as url:
        yield url + PATH


def ask(world: World, *fields: str) -> str:
    """As ``targets diff --ask`` does; the id."""
    desk = world.app.crm_desk
    ids = desk.chosen(None, 100)
    previews = {target: list(desk.previews(target, ids, fields)) for target in desk.targets(None)}
    approval_id = world.app.approvals.ask(world.app.asked_syncs.plan_of(previews, fields))
    world.app.notify()
    return approval_id


def press(world: World, door: str, action: str = "approve", **how: Any) -> int | None:
    """Somebody presses a button; the status of our answer."""
    order = {"url": door, "secret": SECRET, "action_id": action, "user": ADA, **how}
    answer = requests.request("POST", f"{world.url}/_sandbox/slack/press", json=order, timeout=10)
    answer.raise_for_status()
    status: int | None = answer.json()["status"]
    return status


def standing(world: World, approval_id: str) -> Approval:
    """How the question stands."""
    with world.app.ledger.read() as tx:
        found = tx.approvals.find(approval_id)
    assert found is not None
    return found


def messages(world: World) -> list[dict[str, Any]]:
    """What stands in Slack."""
    found: list[dict[str, Any]] = world.sandbox_ledger()["slack"]["message_list"]
    return found


def question(world: World) -> dict[str, Any]:
    """The latest message that asks, or asked."""
    return [one for one in messages(world) if one["blocks"]][-1]


def replies(world: World) -> list[str]:
    """What stands in its thread."""
    ts = question(world)["ts"]
    return [one["text"] for one in messages(world) if one["thread_ts"] == ts]


def carry_out(world: World) -> None:
    """What the schedule does every few seconds, and then the workers."""
    world.app.carry_out()
    world.settle()
    world.app.notify()


def contacts(world: World, field: str) -> set[str | None]:
    """What stands in a field of all contacts."""
    return {one.get(field) for one in world.sandbox_ledger()["ghl"]["contact_list"]}


def test_a_question_tells_figures_and_nothing_personal(world: World) -> None:
    """With a button for yes and one for no."""
    learn(world, title="Chief of Everything")
    ask(world)
    asked = question(world)
    lines = asked["text"].splitlines()
    number = len(contacts(world, "id"))
    assert lines == ["*May this be written into the CRMs?*", f"ghl: {number} update", f"title: {number}"]
    labels = [one["text"]["text"] for one in asked["blocks"][1]["elements"]]
    assert labels == ["Apply", "Decline"]


def test_a_protected_field_is_written_where_it_was_allowed_and_taken_back(world: World, door: str) -> None:
    """Nothing is written before the answer; undo works on exactly what was allowed."""
    approval_id = ask(world, "source")
    assert "source included" in question(world)["text"]
    carry_out(world)
    assert contacts(world, "source") == {None}
    assert press(world, door) == 200
    carry_out(world)
    assert contacts(world, "source") == {"Gong.io"}
    undone = world.app.crm_desk.undo(approval_id, None)
    assert (undone.changes, undone.edited) == (len(contacts(world, "id")), 0)
    assert contacts(world, "source") <= {None, ""}


def test_without_being_asked_no_sync_writes_what_is_protected(world: World, door: str) -> None:
    """A plain question about other fields allows nothing besides."""
    learn(world, title="Chief of Everything")
    ask(world)
    press(world, door)
    carry_out(world)
    assert contacts(world, "source") == {None}
    assert world.sandbox_ledger()["ghl"]["updates"] == len(contacts(world, "id"))


def test_the_message_loses_its_buttons_and_says_who_answered_and_what_came_of_it(
    world: World, door: str
) -> None:
    """Of the person only the id is kept, though Slack tells more."""
    approval_id = ask(world, "source")
    press(world, door)
    world.app.notify()
    changed = question(world)
    assert [block["type"] for block in changed["blocks"]] == ["section"]
    assert changed["text"].splitlines()[-2:] == ["answer: approved", f"by: <@{ADA}>"]
    assert replies(world) == []
    carry_out(world)
    (reply,) = replies(world)
    assert f"on their way to ghl. To take it back: alpha-swarm targets undo {approval_id}" in reply
    found = standing(world, approval_id)
    assert (found.state, found.answered_by) == (ApprovalState.APPROVED, ADA)
    assert "rep" not in (found.answered_by or "")


def test_what_is_declined_is_not_done(world: World, door: str) -> None:
    approval_id = ask(world, "source")
    assert press(world, door, "decline") == 200
    carry_out(world)
    assert standing(world, approval_id).state is ApprovalState.DECLINED
    assert contacts(world, "source") == {None}
    assert question(world)["text"].splitlines()[-2:] == ["answer: declined", f"by: <@{ADA}>"]


def test_the_first_answer_holds(world: World, door: str) -> None:
    """Whoever presses afterwards, and whatever: nothing changes, and it is done once."""
    approval_id = ask(world, "source")
    for action, user in (("approve", ADA), ("decline", BOB), ("approve", BOB)):
        assert press(world, door, action, user=user) == 200
    for _ in range(3):
        carry_out(world)
    found = standing(world, approval_id)
    assert (found.state, found.answered_by) == (ApprovalState.APPROVED, ADA)
    assert len(replies(world)) == 1


def test_of_many_answers_at_once_one_holds(world: World, door: str) -> None:
    approval_id = ask(world, "source")
    users = [f"U{number:08}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda user: press(world, door, user=user), users))
    assert said == [200] * 8
    world.app.notify()
    (by,) = [line for line in question(world)["text"].splitlines() if line.startswith("by: ")]
    assert by == f"by: <@{standing(world, approval_id).answered_by}>"


@pytest.mark.parametrize(
    "how",
    [{"forged": True}, {"age": 301.0}, {"age": -330.0}, {"secret": "another"}, {"secret": ""}],
)
def test_a_forged_or_stale_answer_is_turned_away(world: World, door: str, how: dict[str, Any]) -> None:
    approval_id = ask(world, "source")
    assert press(world, door, **how) == 401
    assert standing(world, approval_id).state is ApprovalState.ASKED


@pytest.mark.parametrize("secret", [SECRET, NEXT])
def test_either_secret_signs_while_it_is_changed(world: World, door: str, secret: str) -> None:
    approval_id = ask(world, "source")
    assert press(world, door, secret=secret) == 200
    assert standing(world, approval_id).state is ApprovalState.APPROVED


def test_an_answer_to_nothing_changes_nothing(world: World, door: str) -> None:
    """An id that nobody was asked under, and one that is no id."""
    approval_id = ask(world, "source")
    for value in ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "no id", approval_id.lower()):
        assert press(world, door, value=value) == 200
    assert standing(world, approval_id).state is ApprovalState.ASKED


def test_what_has_moved_on_is_not_done(world: World, door: str) -> None:
    """Somebody edits one record after the question: nothing of all of it is written, and the thread says so."""
    approval_id = ask(world, "source")
    press(world, door)
    (first, *_) = world.sandbox_ledger()["ghl"]["contact_list"]
    edit(world, first["id"], source="Typed in")
    carry_out(world)
    assert standing(world, approval_id).state is ApprovalState.MOVED
    assert contacts(world, "source") == {None, "Typed in"}
    assert "no longer what was shown" in replies(world)[0]


def test_a_record_that_changes_after_all_was_looked_at_keeps_its_protected_field(
    world: World, door: str
) -> None:
    """Between the look and the write: what was allowed is the change that was shown, and no other."""
    ask(world, "source")
    press(world, door)
    world.app.carry_out()
    (first, *_) = world.sandbox_ledger()["ghl"]["contact_list"]
    edit(world, first["id"], source="Typed in")
    world.settle()
    assert contacts(world, "source") == {"Gong.io", "Typed in"}


def test_a_lead_that_is_on_its_way_again_moves_the_plan(world: World, door: str) -> None:
    approval_id = ask(world, "source")
    press(world, door)
    world.app.resync.run([Target.GHL], again=True)
    world.app.carry_out()
    assert standing(world, approval_id).state is ApprovalState.MOVED


def test_an_unanswered_question_ends_after_a_day(world: World, door: str) -> None:
    """Its buttons go, and a late answer changes nothing."""
    approval_id = ask(world, "source")
    asked = question(world)
    world.let_time_pass(DAY - 60)
    world.app.carry_out()
    assert standing(world, approval_id).state is ApprovalState.ASKED
    world.let_time_pass(61)
    assert press(world, door) == 200
    world.app.carry_out()
    world.app.notify()
    assert standing(world, approval_id).state is ApprovalState.EXPIRED
    (ended,) = [one for one in messages(world) if one["ts"] == asked["ts"]]
    assert ended["text"].splitlines()[-1] == "answer: none in time: ask again"
    assert len(ended["blocks"]) == 1
    carry_out(world)
    assert contacts(world, "source") == {None}


def test_a_crm_that_is_away_is_asked_again(world: World, door: str) -> None:
    """What was allowed waits for it, for the rest of the day."""
    approval_id = ask(world, "source")
    press(world, door)
    world.fault(service="ghl", fault="status", status=401)
    world.app.carry_out()
    assert standing(world, approval_id).outcome is None
    world.mend()
    world.let_time_pass(121)
    carry_out(world)
    assert contacts(world, "source") == {"Gong.io"}


def test_what_could_not_be_done_within_a_day_is_given_up(world: World, door: str) -> None:
    approval_id = ask(world, "source")
    press(world, door)
    world.fault(service="ghl", fault="status", status=401)
    world.app.carry_out()
    world.mend()
    world.let_time_pass(DAY + 1)
    carry_out(world)
    assert standing(world, approval_id).state is ApprovalState.EXPIRED
    assert contacts(world, "source") == {None}
    assert "within a day" in replies(world)[0]


def test_only_approvers_may_answer(start: Callable[..., World]) -> None:
    """Whoever else presses is told so in the thread, once; the question stays."""
    world = start(SLACK_APPROVERS=f"{BOB}, U0EVE0EVE")
    with served(create_app(world.app)) as url:
        approval_id = ask(world, "source")
        for _ in range(2):
            assert press(world, url + PATH, user=ADA) == 200
        assert standing(world, approval_id).state is ApprovalState.ASKED
        assert press(world, url + PATH, user=BOB) == 200
    world.app.notify()
    assert standing(world, approval_id).answered_by == BOB
    assert replies(world) == [f"*Not among those who may answer*\nby: <@{ADA}>"]


def test_without_a_secret_the_door_is_shut(install: Callable[..., World]) -> None:
    world = install()
    with served(create_app(world.app)) as url:
        answer = requests.request("POST", url + PATH, data={"payload": "{}"}, timeout=10)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
