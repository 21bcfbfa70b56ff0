"""What an embedded Redis holds, and what it was ever given."""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from redis import Redis

from alpha_swarm.coordination.embedded import embedded_socket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


def redis_of(home: Path) -> Redis:
    """The embedded server of an installation."""
    return Redis(unix_socket_path=str(embedded_socket(home)))


def ever_written(home: Path) -> bytes:
    """The server's log of all commands, and beside it what RQ compressed in it."""
    files = (home / "valkey").rglob("*.aof")
    return readable(b"".join(file.read_bytes() for file in files))


def standing(home: Path) -> bytes:
    """Every key with its value, as they are now."""
    with redis_of(home) as connection:
        return readable(b"\n".join(_entries(connection)))


def readable(log: bytes) -> bytes:
    """As it is, and beside it what RQ compressed in it."""
    texts = [log]
    start = log.find(b"x\x9c")
    while start >= 0:
        with suppress(zlib.error):
            texts.append(zlib.decompressobj().decompress(log[start:]))
        start = log.find(b"x\x9c", start + 2)
    return b"\n".join(texts)


def _entries(connection: Redis) -> Iterator[bytes]:
    readers: Mapping[bytes, Callable[[bytes], Any]] = {
        b"string": connection.get,
        b"hash": lambda key: [part for pair in connection.hgetall(key).items() for part in pair],
        b"list": lambda key: connection.lrange(key, 0, -1),
        b"set": connection.smembers,
        b"zset": lambda key: connection.zrange(key, 0, -1),
    }
    for key in connection.scan_iter(count=1000):
        kind: Any = connection.type(key)
        # What ran out meanwhile has no kind.
        found = readers[kind](key) if kind != b"none" else None
        parts = [found] if isinstance(found, bytes) else list(found or ())
        yield b" ".join([key, *parts])
