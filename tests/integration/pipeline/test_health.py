"""Each reason of health comes with its fault, and goes when its remedy is applied."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from redis import Redis
from sqlalchemy import event

from alpha_swarm.domain.health.health import MANY_DEAD_LETTERS, MANY_MISSED
from alpha_swarm.domain.letters.dead_letters import Resolution
from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.schema.executions import execution_hours
from alpha_swarm.ledger.schema.letters import dead_letters
from alpha_swarm.ledger.schema.tables import inbox, intakes, leads, pulse
from alpha_swarm.ports.records import Death
from alpha_swarm.queueing.hints import RqHints
from tests.integration.parts import BATCHES
from tests.integration.pipeline.postbox import Postbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

    from alpha_swarm.coordination.embedded import EmbeddedServer
    from tests.integration.world import World

SOFT = 900.0
NOTICED = 46.0
WEEK = 7 * 86_400.0


def reasons(world: World) -> dict[str, str]:
    """Key → level, of each reason; each has its remedy, and the worst decides."""
    found = world.app.health()
    assert all(reason["text"] and reason["remedy"] for reason in found["reasons"])
    worst = {reason["level"] for reason in found["reasons"]}
    expected = next((one for one in ("unhealthy", "degraded") if one in worst), "healthy")
    assert found["health"] == expected == world.app.status()["health"]
    return {reason["key"]: reason["level"] for reason in found["reasons"]}


def alter(world: World, statement: Any) -> None:
    """What no time travel reaches."""
    with world.app.ledger.begin() as tx:
        tx.session.run(statement)


def test_a_new_installation_is_healthy(world: World) -> None:
    assert reasons(world) == {}


def test_leads_that_are_due_and_not_taken_turn_it_red_within_a_minute(world: World) -> None:
    """A worker that takes them turns it green."""
    world.people(3)
    assert reasons(world) == {}
    world.let_time_pass(NOTICED)
    assert reasons(world) == {"progress:ingest": "unhealthy"}
    world.app.follow(Step.INGEST, [])
    assert reasons(world) == {}


def test_leads_in_the_hands_of_a_worker_that_consumes_nothing_turn_it_red_too(world: World) -> None:
    """Its lease holds for longer than that."""
    lead_ids = world.people(3)
    with world.app.ledger.begin() as tx:
        assert tx.work.claim(Step.INGEST, lead_ids, 60.0)
    world.let_time_pass(NOTICED)
    assert reasons(world) == {"progress:ingest": "unhealthy"}
    world.let_time_pass(60.0)
    world.app.follow(Step.INGEST, [])
    assert reasons(world) == {}


def test_a_long_backlog_that_gets_on_is_healthy(world: World) -> None:
    """However long its last one waits."""
    world.people(300)
    world.let_time_pass(1000.0)
    world.app.follow(Step.INGEST, [])
    with world.app.ledger.read() as tx:
        assert tx.flow.progress([Step.INGEST])[Step.INGEST].oldest_seconds > 900
    assert reasons(world) == {}
    world.let_time_pass(NOTICED)
    assert reasons(world) == {"progress:ingest": "unhealthy", "progress:enrich": "unhealthy"}


def test_what_waits_for_a_party_that_is_left_alone_waits_for_nobody(world: World) -> None:
    """The pause is the reason, and it ends it."""
    world.people(3)
    world.app.pause("clay", 3600.0)
    world.let_time_pass(NOTICED)
    assert reasons(world) == {"away:clay": "unhealthy"}
    world.app.resume("clay")
    assert reasons(world) == {"progress:ingest": "unhealthy"}
    world.settle()
    assert reasons(world) == {}


def test_letters_that_nobody_reads_turn_it_red(world: World) -> None:
    world.app.receive_webhook([b"{}"])
    world.let_time_pass(NOTICED)
    assert reasons(world) == {"progress:inbox": "unhealthy"}
    world.app.read_inbox()
    assert reasons(world) == {}
    with world.app.ledger.read() as tx:
        assert {row.state for row in tx.session.rows(inbox.select())} != {"waiting"}


def test_books_that_do_not_balance_turn_it_red(world: World) -> None:
    world.people(2)
    alter(world, intakes.update().values(accepted=3))
    assert reasons(world) == {"books": "unhealthy"}
    alter(world, intakes.update().values(accepted=2))
    assert reasons(world) == {}


@contextmanager
def refusing_writes(world: World) -> Iterator[None]:
    """The database takes no write, as on a full disk or without the right to."""
    engine = world.app.ledger.engine
    sqlite = engine.dialect.name == "sqlite"

    def refuse(connection: Any, *_: Any) -> None:
        order = "PRAGMA query_only = ON" if sqlite else "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
        connection.cursor().execute(order)
        connection.commit()

    event.listen(engine, "checkout", refuse)
    yield
    event.remove(engine, "checkout", refuse)
    engine.dispose()


def test_a_ledger_that_takes_no_write_turns_it_red(world: World) -> None:
    alter(world, pulse.update().values(at=pulse.c.at - 60.0))
    with refusing_writes(world):
        assert reasons(world) == {"ledger": "unhealthy"}
    assert reasons(world) == {}


def test_a_ledger_that_takes_the_scheduler_s_beats_is_not_written_to_for_a_look(world: World) -> None:
    world.app.beat()
    with refusing_writes(world):
        assert reasons(world) == {}


def test_a_redis_that_is_away_is_degraded_until_it_is_back(world: World, server: EmbeddedServer) -> None:
    with Redis.from_url(server.url) as connection:
        world.app.hints = RqHints(connection, BATCHES)
        assert reasons(world) == {}
        server.stop()
        assert reasons(world) == {"redis": "degraded"}
        server.start()
        assert reasons(world) == {}


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_disk_that_fills_up_is_degraded_and_then_red(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once there is room again it is well."""
    for free, expected in ((500, {"disk": "degraded"}), (50, {"disk": "unhealthy"}), (5000, {})):
        monkeypatch.setattr(shutil, "disk_usage", lambda _home, free=free: _Usage(0, 0, free * 1024**2))
        assert reasons(world) == expected


def buried(world: World, number: int) -> None:
    """So many leads come to rest as dead letters that are not replayed by themselves."""
    lead_ids = world.people(number)
    with world.app.ledger.begin() as tx:
        tx.work.abandon(lead_ids)
        tx.session.run(leads.update().values(state="dead"))
        tx.dead_letters.add(
            [
                Death(
                    lead_id=lead_id,
                    step=Step.INGEST,
                    cause="invalid_input",
                    kind="permanent",
                    error="no",
                    attempts=1,
                )
                for lead_id in lead_ids
            ]
        )


def resolved(world: World) -> None:
    """Somebody has seen to all of them."""
    with world.app.ledger.begin() as tx:
        tx.dead_letters.resolve(
            [row.id for row in tx.session.rows(dead_letters.select())], Resolution.DISCARDED
        )


def test_many_dead_letters_are_degraded_until_somebody_sees_to_them(world: World) -> None:
    buried(world, MANY_DEAD_LETTERS + 1)
    assert reasons(world) == {"dead-letters": "degraded"}
    resolved(world)
    assert reasons(world) == {}


def test_an_old_dead_letter_is_said_until_somebody_sees_to_it(world: World) -> None:
    buried(world, 1)
    alter(world, dead_letters.update().values(died_at=dead_letters.c.died_at - WEEK - 60.0))
    assert reasons(world) == {"old-dead-letters": "note"}
    resolved(world)
    assert reasons(world) == {}


def test_many_callbacks_that_do_not_come_are_degraded(install: Callable[..., World]) -> None:
    """Until two hours have gone by without any."""
    world = install(CLAY_TRANSPORT="webhook")
    world.app.enricher = Postbox()
    world.people(MANY_MISSED + 1)
    world.work()
    world.let_time_pass(SOFT + 1.0)
    world.work()
    assert reasons(world)["deadlines"] == "degraded"
    alter(world, execution_hours.update().values(hour=execution_hours.c.hour - 2))
    assert "deadlines" not in reasons(world)
