"""Settings that come as tables, checked once and told apart by their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Table(BaseModel):
    """A frozen table of settings in which a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


AnyTable = TypeVar("AnyTable", bound=Table)


def read_table(kind: type[AnyTable], data: Mapping[str, Any], name: str) -> AnyTable:
    """The table in ``data``; ``name`` is what its users call it.

    Raises:
        ConfigurationError: one line with the first wrong key and the remedy.
    """
    try:
        return kind.model_validate(dict(data))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the table"
        raise ConfigurationError(f"{name}: {key}: {_remedy(first['type'], first['msg'])}") from None


def _remedy(kind: str, message: str) -> str:
    if kind == "missing":
        return "is missing; add it"
    if kind == "extra_forbidden":
        return "is no known key; remove it or mend its spelling"
    return f"{message.removeprefix('Value error, ')}; correct the value"
