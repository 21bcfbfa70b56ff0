"""The one way to a Redis client."""

from __future__ import annotations

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
HEALTH_CHECK_SECONDS = 30


def connect(url: str, *, answer_seconds: float = ANSWER_SECONDS) -> Redis:
    """A client for ``redis://``, ``rediss://`` or ``unix://``; nothing is sent yet.

    A command is never sent twice: one whose answer is lost may have taken effect, and redis-py would by
    default repeat even a push. Answers stay bytes, which RQ relies on.
    """
    return Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=answer_seconds,
        health_check_interval=HEALTH_CHECK_SECONDS,
    )
