"""Questions in Slack, and people who press buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from alpha_swarm.domain.messages.approvals import Approval
    from tests.integration.world import World

SECRET, NEXT = "8f742231b10e8888abcd99yyyzzz85a5", "the-next-one"
ADA, BOB = "U0ADA0ADA", "U0BOB0BOB"


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
    answer = requests.request("POST", f"{world.url}/_sandbox/slack/press", json=order, timeout=60)
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
