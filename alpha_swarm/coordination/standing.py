"""How the limits stand, for people to see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redis.exceptions import RedisError

from alpha_swarm.coordination.scripts import alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from redis import Redis

    from alpha_swarm.coordination.windows import Window


def standing(connection: Redis, limits: Iterable[tuple[str, Window]]) -> list[dict[str, Any]]:
    """Each as ``{limit, configured, learned, used}``, asked for in one round trip.

    ``learned`` is the most in a window where that is lower than configured. Without Redis it is ``None`` like
    ``used``.
    """
    shown = list(limits)
    found = _ask(connection, [window for _, window in shown])
    return [
        {"limit": name, "configured": str(window.limit), "learned": learned, "used": used}
        for (name, window), (learned, used) in zip(shown, found, strict=True)
    ]


def _ask(connection: Redis, limits: Sequence[Window]) -> list[tuple[int | None, int | None]]:
    keys = [key for limit in limits for key in limit.keys]
    windows = [limit.microseconds for limit in limits]
    try:
        found: Any = connection.eval(alone("standing"), len(keys), *keys, *windows) if limits else []
    except RedisError:
        return [(None, None)] * len(limits)
    return [
        (_lower(limit, bound, ceiling), int(used))
        for limit, (used, bound, ceiling) in zip(limits, found, strict=True)
    ]


def _lower(limit: Window, *learned: bytes) -> int | None:
    lower = [int(most) for most in learned if most and int(most) < limit.most]
    return min(lower, default=None)
