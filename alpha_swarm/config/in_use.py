"""The secrets that somebody gave us and can give anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from alpha_swarm.config.settings import GROUPS, General, variables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.config.settings import Settings

#: The first would make every person unknown, the second opens nothing; refresh tokens replace themselves.
_KEPT = ("ALPHA_SWARM_KEY", "SENTRY_DSN", "_REFRESH_TOKEN")


def secrets_in_use(settings: Settings) -> Mapping[str, Sequence[str]]:
    """Variable → its secrets, for those that are set and that people replace."""
    found = {variable: _texts(value) for variable, value in _values(settings)}
    return {name: texts for name, texts in found.items() if texts and not name.endswith(_KEPT)}


def _values(settings: Settings) -> Iterator[tuple[str, Any]]:
    for name, group in GROUPS.items():
        holder = settings if group is General else getattr(settings, name)
        for field, variable in variables(group).items():
            yield variable, getattr(holder, field)


def _texts(value: Any) -> tuple[str, ...]:
    members = value if isinstance(value, tuple) else (value,)
    return tuple(one.get_secret_value() for one in members if isinstance(one, SecretStr))
