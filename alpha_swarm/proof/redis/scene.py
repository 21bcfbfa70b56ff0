"""An installation whose Redis is the trial's own, behind the trial's own proxy."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.proof.redis.server import RedisServer, redis_server
from alpha_swarm.proof.redis.tcp_proxy import TcpProxy, proxied
from alpha_swarm.proof.system.installation import WORKERS, Installation, installed

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping

    from alpha_swarm.proof.ground import Ground


@dataclass(frozen=True, slots=True)
class Scene:
    """What a trial of Redis works with."""

    system: Installation
    server: RedisServer
    proxy: TcpProxy


@contextmanager
def redis_scene(
    ground: Ground,
    name: str,
    chance: random.Random,
    environ: Mapping[str, str] | None = None,
    workers: str = WORKERS,
) -> Iterator[Scene]:
    """Everything but ``up`` is running."""
    with redis_server() as server, proxied(server.socket, chance) as proxy:
        variables = {"REDIS_URL": f"redis://127.0.0.1:{proxy.port}/0", **(environ or {})}
        with installed(ground, name, workers=workers, environ=variables) as system:
            yield Scene(system, server, proxy)
