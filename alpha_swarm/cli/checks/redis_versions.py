"""Servers with known holes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.checks.check import Check, ok, warning

if TYPE_CHECKING:
    from collections.abc import Mapping

Version = tuple[int, ...]

#: Hole → product → the first version that has it, and the first of each line that is mended.
_HOLES: Mapping[str, Mapping[str, tuple[Version, tuple[Version, ...]]]] = {
    "CVE-2025-49844": {
        "redis": ((0,), ((6, 2, 20), (7, 2, 11), (7, 4, 6), (8, 0, 4), (8, 2, 2))),
        "valkey": ((0,), ((7, 2, 11), (8, 0, 6), (8, 1, 4))),
    },
    "CVE-2026-23479": {"redis": ((7, 2, 0), ((8, 6, 3),))},
}
_NAME = "redis version"


def check_version(server: Mapping[str, Any]) -> Check:
    """By what the server says of itself (``INFO server``)."""
    product = "valkey" if "valkey_version" in server else "redis"
    said = str(server.get(f"{product}_version", ""))
    version = _parsed(said)
    holes = [name for name, products in _HOLES.items() if _has(version, *products.get(product, ((), ())))]
    if not holes:
        return ok(_NAME, f"{product} {said}")
    remedy = "upgrade it; a distribution may have mended it under the same number: then its changelog says so"
    return warning(_NAME, f"{product} {said} is known for {' and '.join(holes)}", remedy)


def _has(version: Version, first: Version, mended: tuple[Version, ...]) -> bool:
    if not mended or version < first:
        return False
    line = [one for one in mended if one[:2] == version[:2]]
    return version < (line[0] if line else max(mended))


def _parsed(said: str) -> Version:
    return tuple(int(part) for part in said.split(".") if part.isdecimal())
