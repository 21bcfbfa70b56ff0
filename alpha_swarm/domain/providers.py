"""How much of a provider's hour the enrichments through Clay have used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Look-ups an hour that the providers behind Clay allow (the integration specification, provider limits).
HOURLY = {"apollo": 500, "clearbit": 300, "hunter": 1000, "builtwith": 100, "crunchbase": 200}


def used_this_hour(uses: Mapping[str, tuple[int, int]]) -> dict[str, dict[str, int | None]]:
    """Provider → ``used``, ``missed`` and ``limit`` (``None``: none is known): the known, and any other."""
    names = [*HOURLY, *sorted(set(uses).difference(HOURLY))]
    found = {name: uses.get(name, (0, 0)) for name in names}
    return {
        name: {"used": used, "missed": missed, "limit": HOURLY.get(name)}
        for name, (used, missed) in found.items()
    }
