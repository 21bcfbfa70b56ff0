"""Who answers is verified, the first answer holds, and whatever else comes changes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests
from sqlalchemy import text

from alpha_swarm.api import slack
from alpha_swarm.api.server import create_app
from alpha_swarm.domain.messages.approvals import ApprovalState
from alpha_swarm.inbound.slack import PATH
from tests.integration.api_door import served
from tests.integration.pipeline.asking import (
    ADA,
    BOB,
    NEXT,
    SECRET,
    ask,
    carry_out,
    press,
    question,
    replies,
    standing,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World


def test_the_first_answer_holds(asking: World, answers_door: str) -> None:
    """Whoever presses afterwards, and whatever: nothing changes, and it is done once."""
    approval_id = ask(asking, "source")
    for action, user in (("approve", ADA), ("decline", BOB), ("approve", BOB)):
        assert press(asking, answers_door, action, user=user) == 200
    for _ in range(3):
        carry_out(asking)
    found = standing(asking, approval_id)
    assert (found.state, found.answered_by) == (ApprovalState.APPROVED, ADA)
    assert len(replies(asking)) == 1


def test_of_many_answers_at_once_one_holds(asking: World, answers_door: str) -> None:
    approval_id = ask(asking, "source")
    users = [f"U{number:08}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda user: press(asking, answers_door, user=user), users))
    assert said == [200] * 8
    asking.app.notify()
    (by,) = [line for line in question(asking)["text"].splitlines() if line.startswith("by: ")]
    assert by == f"by: <@{standing(asking, approval_id).answered_by}>"


@pytest.mark.parametrize(
    "how",
    [{"forged": True}, {"age": 301.0}, {"age": -330.0}, {"secret": "another"}, {"secret": ""}],
)
def test_a_forged_or_stale_answer_is_turned_away(
    asking: World, answers_door: str, how: dict[str, Any]
) -> None:
    approval_id = ask(asking, "source")
    assert press(asking, answers_door, **how) == 401
    assert standing(asking, approval_id).state is ApprovalState.ASKED


@pytest.mark.parametrize("secret", [SECRET, NEXT])
def test_either_secret_signs_while_it_is_changed(asking: World, answers_door: str, secret: str) -> None:
    approval_id = ask(asking, "source")
    assert press(asking, answers_door, secret=secret) == 200
    assert standing(asking, approval_id).state is ApprovalState.APPROVED


def test_an_answer_to_nothing_changes_nothing(asking: World, answers_door: str) -> None:
    """An id that nobody was asked under, and one that is no id."""
    approval_id = ask(asking, "source")
    for value in ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "no id", approval_id.lower()):
        assert press(asking, answers_door, value=value) == 200
    assert standing(asking, approval_id).state is ApprovalState.ASKED


def test_only_approvers_may_answer(start_bot: Callable[..., World]) -> None:
    """Whoever else presses is told so in the thread, once; the question stays."""
    world = start_bot(SLACK_APPROVERS=f"{BOB}, U0EVE0EVE")
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
        answer = requests.request("POST", url + PATH, data={"payload": "{}"}, timeout=60)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")


def test_what_cannot_be_stored_in_time_is_no_answer(
    asking: World, answers_door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack tells the person so within three seconds, and they press once more."""
    assert slack._SECONDS < 3
    monkeypatch.setattr(slack, "_SECONDS", 0.2)
    approval_id = ask(asking, "source")
    with asking.app.ledger.begin() as tx:  # the only writer of SQLite
        if tx.session.row_locks:
            tx.session.run(text("LOCK TABLE approvals IN ACCESS EXCLUSIVE MODE"))
        assert press(asking, answers_door) == 503
    assert press(asking, answers_door) == 200
    assert standing(asking, approval_id).state is ApprovalState.APPROVED
