"""Calls to send, and the types of the fixtures that send them."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace

from alpha_swarm.connectors.calls import Answer, Call
from alpha_swarm.connectors.http import Http

Open = Callable[..., Http]
Send = Callable[[Http, Call], Answer]

CALL = Call(operation="add rows", method="POST", path="/rows", effect=True, limit="rows", records=3, json={})
SAFE = replace(CALL, effect=False)


def closed_port() -> str:
    """The address of nobody."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"
