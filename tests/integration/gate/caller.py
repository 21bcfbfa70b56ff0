"""A process that always has calls to make: ``python -m …caller REDIS SOCKET CALLS AMOUNT SECONDS SCOPE``."""

from __future__ import annotations

import socket
import sys
import time

from alpha_swarm.clock import SystemClock
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.gate import RedisGate
from alpha_swarm.domain.calls.limits import Limit
from alpha_swarm.errors import RetryLaterError
from alpha_swarm.ports.edge import Exchange, Passage
from tests.integration.gate.counter import CALL

#: The sweep finds what was sent away within a second; a test has no such time.
_COME_BACK = 0.05


def main(redis: str, path: str, calls: int, limit: Limit, scope: str) -> None:
    """Make the calls, and say when the last one was made."""
    passage, gone = Passage(target="counter", limit="busy"), Exchange(status=200, seconds=0, headers={})
    with connect(redis) as connection, socket.socket(socket.AF_UNIX) as counter:
        counter.connect(path)
        gate = RedisGate(connection, {"busy": (limit,)}, SystemClock(), {"busy": scope})
        while calls:
            try:
                gate.enter(passage)
            except RetryLaterError as error:
                time.sleep(min(error.after or 0, 1) + _COME_BACK)
                continue
            counter.sendall(CALL)
            counter.recv(1)
            gate.leave(passage, gone)
            calls -= 1
    print(time.monotonic(), flush=True)  # noqa: T201 - the test reads it


if __name__ == "__main__":
    url, place, number, amount, seconds, *own = sys.argv[1:]
    main(url, place, int(number), Limit(int(amount), float(seconds)), "".join(own))
