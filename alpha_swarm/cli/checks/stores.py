"""What keeps our data: the ledger, and the queue's server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from alpha_swarm.assembly import parts
from alpha_swarm.cli.checks.check import Check, failed, ok, warning
from alpha_swarm.cli.checks.redis_versions import check_version
from alpha_swarm.config import ledger_exposure, redis_exposure
from alpha_swarm.coordination.binary import server_binary
from alpha_swarm.coordination.connection import connect
from alpha_swarm.errors import ConfigurationError, RetryLaterError
from alpha_swarm.ledger.engine import connect as connect_ledger
from alpha_swarm.ledger.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Engine

    from alpha_swarm.config import Settings

_SQLITE_FULL = 2


def check_ledger(settings: Settings) -> Iterator[Check]:
    """Reachable, of the newest shape, durable."""
    url = parts.database_url(settings)
    try:
        migrate(url)
        engine = connect_ledger(url)
        try:
            yield ok("ledger", f"{engine.dialect.name}, of the newest shape")
            yield _durability(engine)
            yield from _exposed("ledger on its way", ledger_exposure(settings))
        finally:
            engine.dispose()
    except (ConfigurationError, RetryLaterError, DBAPIError) as error:
        detail = type(error).__name__ if isinstance(error, DBAPIError) else str(error)
        yield failed("ledger", detail, "check DATABASE_URL, the rights of its user, and the disk")


def _exposed(name: str, exposure: str | None) -> Iterator[Check]:
    if exposure is not None:
        yield warning(name, "others may read along or come in", exposure)


def _durability(engine: Engine) -> Check:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            mode = connection.execute(text("PRAGMA journal_mode")).scalar()
            durable = (
                mode == "wal" and connection.execute(text("PRAGMA synchronous")).scalar() == _SQLITE_FULL
            )
            remedy = "put ALPHA_SWARM_HOME on a local disk: network disks know no write-ahead log"
        else:
            durable = connection.execute(text("SHOW synchronous_commit")).scalar() != "off"
            remedy = "set synchronous_commit to on for this database"
    if durable:
        return ok("durability", "a commit is on the disk when it returns")
    return failed("durability", "a commit may be lost with the power", remedy)


def check_redis(settings: Settings) -> Iterator[Check]:
    """Shut to others, reachable, evicting nothing, and without known holes."""
    embedded = settings.redis_url is None
    if embedded:
        yield _binary()
    yield from _exposed("redis on its way", redis_exposure(settings))
    client = connect(parts.redis_url(settings))
    try:
        policy = client.config_get("maxmemory-policy").get("maxmemory-policy")
        yield _policy(policy)
        yield check_version(client.info("server"))
    except RedisError as error:
        yield _unreachable(type(error).__name__, embedded=embedded)
    finally:
        client.close()


def _binary() -> Check:
    try:
        return ok("embedded redis", server_binary())
    except ConfigurationError as error:
        return failed("embedded redis", str(error), "set REDIS_URL, or install valkey-server or redis-server")


def _policy(policy: str | None) -> Check:
    if policy == "noeviction":
        return ok("redis", "answers, evicts nothing")
    remedy = "set maxmemory-policy to noeviction: an evicted limit lets too many calls through"
    return failed("redis", f"answers, but its maxmemory-policy is {policy}", remedy)


def _unreachable(kind: str, *, embedded: bool) -> Check:
    if embedded:
        return warning(
            "redis", "the embedded server does not run", "start alpha-swarm up; leads can be added before"
        )
    return failed("redis", f"does not answer ({kind})", "check REDIS_URL and whether the server runs")
