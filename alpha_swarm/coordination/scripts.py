"""The Lua scripts: what must be read and changed in one go."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis import Redis
    from redis.commands.core import Script

#: The braces keep all keys on one node of a cluster.
PREFIX = "alpha-swarm:{gate}:"
SINCE = f"{PREFIX}since"


def source(name: str) -> str:
    """The text of a script, with what begins each that goes by the record."""
    return "\n".join(map(alone, ("record", name)))


def alone(name: str) -> str:
    """The text of a script as it is."""
    return files("alpha_swarm.coordination").joinpath(f"{name}.lua").read_text(encoding="utf-8")


def script(connection: Redis, name: str) -> Script:
    """Ready to be called; it outlives a SCRIPT FLUSH."""
    return connection.register_script(source(name))


def inaugurate(connection: Redis) -> None:
    """Declare that nothing has been called yet, so that the first calls need not wait.

    Only for a new installation: without it, as after a loss of all keys, the windows before count as used up.
    """
    connection.set(SINCE, 0, nx=True)
