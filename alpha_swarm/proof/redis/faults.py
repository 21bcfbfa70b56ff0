"""What can happen to a Redis: each fault breaks it, waits until it hit, and mends it.

Each gives back how often it provably hit, by the server's own counts or the proxy's; 0 is a miss.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redis import Redis

    from alpha_swarm.proof.redis.server import RedisServer
    from alpha_swarm.proof.redis.tcp_proxy import TcpProxy

    Fault = Callable[[RedisServer, TcpProxy], int]

_HIT_SECONDS = 8.0
_LOOK_SECONDS = 0.05
_LOST_SHARE = 0.3
_LOST_REPLIES = 5


def flushed(server: RedisServer, _proxy: TcpProxy) -> int:
    """FLUSHALL: everything it knew is gone."""
    with server.admin() as admin:
        keys = int(admin.dbsize())
        admin.flushall()
    return int(keys > 0)


def restarted_empty(server: RedisServer, _proxy: TcpProxy) -> int:
    """``kill -9``, and a new server that knows nothing."""
    with server.admin() as admin:
        keys = int(admin.dbsize())
    server.kill()
    server.start()
    return int(keys > 0)


def out_of_memory(server: RedisServer, _proxy: TcpProxy) -> int:
    """Every write is refused: ``maxmemory`` is below what it uses."""
    with server.admin() as admin:
        before = errors(admin, "OOM")
        admin.config_set("maxmemory-policy", "noeviction")
        admin.config_set("maxmemory", "1mb")
        hits = _wait(lambda: errors(admin, "OOM") - before)
        admin.config_set("maxmemory", "0")
    return hits


def evicting(server: RedisServer, _proxy: TcpProxy) -> int:
    """Keys go at random, since somebody's policy was not ``noeviction``."""
    with server.admin() as admin:
        before = int(admin.info("stats")["evicted_keys"])
        admin.config_set("maxmemory-policy", "allkeys-random")
        admin.config_set("maxmemory", "1mb")
        hits = _wait(lambda: int(admin.info("stats")["evicted_keys"]) - before)
        admin.config_set("maxmemory", "0")
    return hits


def read_only(server: RedisServer, _proxy: TcpProxy) -> int:
    """It has become the replica of a server that is not there."""
    with server.admin() as admin:
        before = errors(admin, "READONLY")
        admin.replicaof("127.0.0.1", "1")
        hits = _wait(lambda: errors(admin, "READONLY") - before)
        admin.replicaof("NO", "ONE")
    return hits


def locked(server: RedisServer, proxy: TcpProxy) -> int:
    """A password that nobody told us; the connections that were let in before are cut."""
    with server.admin() as admin:
        before = errors(admin, "NOAUTH")
        admin.config_set("requirepass", "changed")
        proxy.cut()
        # By the same client, which was let in before.
        hits = _wait(lambda: errors(admin, "NOAUTH") - before)
        admin.config_set("requirepass", "")
    return hits


def frozen(server: RedisServer, _proxy: TcpProxy) -> int:
    """SIGSTOP for some seconds: it takes commands and answers none."""
    server.freeze()
    silent = not server.answers()
    time.sleep(_HIT_SECONDS / 4)
    server.thaw()
    return int(silent)


def blackholed(_server: RedisServer, proxy: TcpProxy) -> int:
    """The network takes everything and delivers nothing."""
    before = proxy.hits["held"]
    proxy.hang()
    hits = _wait(lambda: proxy.hits["held"] - before)
    proxy.flow()
    return hits


def cut(_server: RedisServer, proxy: TcpProxy) -> int:
    """Every connection is reset."""
    return proxy.cut()


def replies_lost(_server: RedisServer, proxy: TcpProxy) -> int:
    """Commands take effect, and their replies never come."""
    before = proxy.hits["lost"]
    proxy.lose_replies(_LOST_SHARE)
    hits = _wait(lambda: proxy.hits["lost"] - before, _LOST_REPLIES)
    proxy.lose_replies(0.0)
    return hits


ALL: Mapping[str, Fault] = {
    one.__name__: one
    for one in (
        flushed,
        restarted_empty,
        out_of_memory,
        evicting,
        read_only,
        locked,
        frozen,
        blackholed,
        cut,
        replies_lost,
    )
}


def errors(admin: Redis, code: str) -> int:
    """How often the server refused a command with this code."""
    counted = admin.info("errorstats").get(f"errorstat_{code}", {})
    return int(counted.get("count", 0))


def _wait(hits: Callable[[], int], enough: int = 1) -> int:
    """Until the fault hit often enough or nobody comes by; how often it did."""
    end = time.monotonic() + _HIT_SECONDS
    while (number := hits()) < enough and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
    return number
