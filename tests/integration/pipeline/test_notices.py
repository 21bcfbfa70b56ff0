"""People are told in Slack, once, and no lead waits for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from alpha_swarm.domain.messages.notices import Notice, NoticeKind
from alpha_swarm.domain.states import Tier
from alpha_swarm.ledger.schema.messages import notifications
from alpha_swarm.pipeline.messages.notify import MOST_A_RUN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.world import World

HOOK = "/slack/services/T1/B1/secret"
#: The fifth of them has a score of 80 and more in the sandbox.
PEOPLE = 20
RULES = """
rules:
  - name: everybody
    then:
      targets: contacts
      owner: rep@sales.example
      alert: {text: Somebody, channel: C2, owner: true}
  - name: again
    then: {alert: {text: And again}}
"""


@pytest.fixture
def by_hook(install: Callable[..., World], sandbox: str) -> World:
    """Slack by an incoming webhook."""
    return install(SLACK_WEBHOOK_URL=sandbox + HOOK)


@pytest.fixture
def by_bot(install: Callable[..., World], sandbox: str, tmp_path: Path) -> World:
    """Slack by a bot, with rules that tell of everybody."""
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    bot = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C1", "SLACK_API_BASE_URL": f"{sandbox}/slack/api"}
    return install(ROUTING_FILE=str(path), **bot)


def messages(world: World) -> list[dict[str, Any]]:
    """What stands in Slack."""
    found: list[dict[str, Any]] = world.sandbox_ledger()["slack"]["message_list"]
    return found


def states(world: World) -> list[str]:
    """Of the outbox."""
    with world.app.ledger.read() as tx:
        return sorted(row.state for row in tx.session.rows(select(notifications.c.state)))


def tell_all(world: World) -> None:
    """Run until nothing is due, as the schedule would."""
    for _ in range(PEOPLE):
        world.app.notify()


def best(world: World) -> list[str]:
    """The leads of tier 1."""
    return [lead.id for lead in world.leads().values() if lead.score and lead.score.tier is Tier.ONE]


def put(world: World, *keys: str, **more: Any) -> None:
    """Alerts."""
    with world.app.ledger.begin() as tx:
        tx.outbox.add(Notice(key=key, kind=NoticeKind.ALERT, text=key, **more) for key in keys)


def test_new_leads_of_tier_1_are_told_once(by_hook: World) -> None:
    """By tier, score, company and id: nothing that names the person."""
    by_hook.people(PEOPLE)
    by_hook.settle()
    tell_all(by_hook)
    tell_all(by_hook)
    told = [message["text"].splitlines() for message in messages(by_hook)]
    assert sorted(lines[-1] for lines in told) == sorted(f"lead id: {key}" for key in best(by_hook))
    assert told
    for lines in told:
        labels = [line.partition(":")[0] for line in lines[1:]]
        assert (lines[0], labels) == ("*New tier 1 lead*", ["tier", "score", "lead id"])


def test_more_is_told_of_a_lead_only_where_it_is_asked_for(
    install: Callable[..., World], sandbox: str
) -> None:
    world = install(SLACK_WEBHOOK_URL=sandbox + HOOK, SLACK_FIELDS="email")
    world.people(PEOPLE)
    world.settle()
    tell_all(world)
    known = {str(lead.enrichment.values.email) for lead in world.leads().values() if lead.enrichment}
    lines = [message["text"].splitlines()[1:] for message in messages(world)]
    assert lines
    assert all(not line or line[0].removeprefix("email: ") in known for line in lines)


def test_where_nobody_is_to_be_told_nothing_is_kept(install: Callable[..., World]) -> None:
    world = install()
    world.people(PEOPLE)
    world.settle()
    assert best(world)
    assert states(world) == []


def test_a_rule_can_tell_a_channel_and_the_owner(by_bot: World) -> None:
    """What is said of the same lead afterwards answers the first message."""
    by_bot.people(1)
    by_bot.settle()
    tell_all(by_bot)
    first, direct, second = messages(by_bot)
    assert (first["channel"], first["thread_ts"]) == ("C2", None)
    assert (direct["channel"][0], direct["thread_ts"]) == ("U", None)
    assert (second["channel"], second["thread_ts"]) == ("C2", first["ts"])


def test_an_outage_of_slack_holds_up_no_lead(by_hook: World) -> None:
    """The message waits in the ledger, longer each time, and is sent when Slack is back."""
    by_hook.fault(service="slack", fault="status", status=500)
    by_hook.people(PEOPLE)
    by_hook.settle()
    by_hook.app.notify()
    assert messages(by_hook) == []
    assert set(states(by_hook)) == {"waiting"}
    by_hook.mend()
    by_hook.app.notify()
    assert messages(by_hook) == [], "it is not tried again before its time"
    by_hook.let_time_pass(900)
    tell_all(by_hook)
    assert len(messages(by_hook)) == len(best(by_hook))


def test_many_at_once_are_one_message(by_hook: World) -> None:
    """A flood of good leads is good news once."""
    ids = by_hook.people(PEOPLE)
    with by_hook.app.ledger.begin() as tx:
        tx.outbox.add(
            Notice(key=key, kind=NoticeKind.LEAD, text="Good", lead_id=key, topic=key) for key in ids
        )
    by_hook.app.notify()
    (message,) = messages(by_hook)
    lines = message["text"].splitlines()
    assert lines[:2] == [f"*Good: {PEOPLE}*", f"1: {ids[0]}"]
    assert set(states(by_hook)) == {"sent"}


def test_what_waits_for_its_turn_uses_up_no_attempt(by_hook: World) -> None:
    """Otherwise a long queue would take a short outage for a long one."""
    put(by_hook, *(f"{number:02}" for number in range(MOST_A_RUN + 1)))
    by_hook.app.notify()
    with by_hook.app.ledger.begin() as tx:
        (left,) = tx.outbox.claim(5, 60.0)
    assert (left.notice.key, left.attempts) == (str(MOST_A_RUN), 1)


def test_one_that_slack_will_never_take_stands_in_nobodys_way(by_hook: World) -> None:
    by_hook.fault(service="slack", fault="status", status=400, times=1)
    put(by_hook, "a", "b")
    by_hook.app.notify()
    assert [message["text"] for message in messages(by_hook)] == ["*b*"]
    assert states(by_hook) == ["dead", "sent"]


def test_a_lost_answer_means_that_it_is_told_again(by_hook: World) -> None:
    """Slack knows no key, and twice is better than never."""
    by_hook.fault(service="slack", fault="reset", when="after", times=1)
    put(by_hook, "a")
    by_hook.app.notify()
    by_hook.let_time_pass(900)
    by_hook.app.notify()
    assert len(messages(by_hook)) == 2
    assert states(by_hook) == ["sent"]


def test_slack_that_hangs_takes_up_the_queue_for_one_message_alone(by_hook: World) -> None:
    """The others of the run are not even tried."""
    by_hook.fault(service="slack", fault="hang", seconds=30)
    put(by_hook, *map(str, range(MOST_A_RUN)))
    began = time.monotonic()
    by_hook.app.notify()
    assert time.monotonic() - began < 15, "a call has 10 seconds, and then the run is over"
    assert by_hook.sandbox_ledger()["slack"]["calls"] == {"webhook": 1}


def test_the_same_key_is_told_once_and_again_after_its_time(by_hook: World) -> None:
    put(by_hook, "a", "a", again_after=3600.0)
    put(by_hook, "a", again_after=3600.0)
    assert states(by_hook) == ["waiting"]
    with by_hook.app.ledger.begin() as tx:
        tx.session.run(update(notifications).values(key="a:1"))
    put(by_hook, "a", again_after=3600.0)
    assert states(by_hook) == ["waiting", "waiting"]


def test_what_is_a_day_old_is_no_news(by_hook: World) -> None:
    put(by_hook, "a")
    with by_hook.app.ledger.begin() as tx:
        tx.session.run(update(notifications).values(created_at=tx.session.now - 90_000))
    by_hook.app.notify()
    assert (messages(by_hook), states(by_hook)) == ([], ["dead"])


def test_nobody_else_gets_what_somebody_tells(by_hook: World) -> None:
    """Two processes that come at once tell different things."""
    put(by_hook, "a", "b")
    with by_hook.app.ledger.begin() as tx:
        first = tx.outbox.claim(1, 60.0)
    with by_hook.app.ledger.begin() as tx:
        second = tx.outbox.claim(5, 60.0)
    assert [[one.notice.key for one in taken] for taken in (first, second)] == [["a"], ["b"]]


def test_a_batch_that_is_through_is_summed_up_once(by_hook: World) -> None:
    """Not before all of it is at rest."""
    by_hook.people(3)
    by_hook.app.tidy()
    assert states(by_hook) == []
    by_hook.settle()
    by_hook.app.tidy()
    by_hook.app.tidy()
    tell_all(by_hook)
    (summary,) = [one["text"] for one in messages(by_hook) if "batch" in one["text"]]
    assert summary.splitlines()[:2] == ["*A batch is through*", "leads: 3"]
