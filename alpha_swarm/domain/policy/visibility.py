"""Profiles whose owners limited who sees them: a regulator has fined a product for taking these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.policy.names import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The field by which a list says it, and under which refusals are counted.
VISIBILITY = "visibility"
_COLUMNS = frozenset(map(plain, (VISIBILITY, "profile_visibility", "contact_visibility")))
_WORDS = (
    *("restricted", "limited", "private", "hidden", "only_me", "nobody"),
    *("connections", "connections_only", "first_degree", "1st_degree", "1st_and_2nd_degree"),
)
_LIMITED = frozenset(map(plain, _WORDS))


def is_limited(fields: Mapping[str, Any]) -> bool:
    """Whether a row says that its person limits who sees the profile."""
    return any(
        isinstance(value, str) and plain(value) in _LIMITED
        for name, value in fields.items()
        if plain(name) in _COLUMNS
    )
