"""Which providers are asked for what, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, field_validator

from alpha_swarm.domain.tables import Table, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping


class Provider(Table):
    """One provider's place in a waterfall."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    priority: Annotated[int, Field(ge=1)]
    """1 is asked first."""
    on: bool = True
    """Off: known, but not asked."""
    cost: Annotated[float, Field(ge=0)] | None = None
    """US dollars for each value found."""
    accuracy: Annotated[float, Field(ge=0, le=1)] | None = None
    fields: tuple[str, ...] = ()
    """What it supplies, where providers of one waterfall supply different things."""


class Waterfall(Table):
    """Providers in order, and how their answers are put together."""

    provider: tuple[Provider, ...]
    options: dict[str, bool | int | str] = Field(default_factory=dict)
    """Handed on as they are: ``stop_on_success``, ``merge_results``, …"""

    @field_validator("provider")
    @classmethod
    def _in_order(cls, providers: tuple[Provider, ...]) -> tuple[Provider, ...]:
        if len({provider.name for provider in providers}) < len(providers):
            raise ValueError("two providers have the same name")
        if len({provider.priority for provider in providers}) < len(providers):
            raise ValueError("two providers have the same priority")
        if not any(provider.on for provider in providers):
            raise ValueError("no provider is on")
        return tuple(sorted(providers, key=lambda provider: provider.priority))

    def as_config(self) -> dict[str, Any]:
        """The JSON object for one waterfall: the providers that are on, and the options."""
        return {**self.options, "providers": [provider.name for provider in self.provider if provider.on]}


class Waterfalls(Table):
    """The four waterfalls."""

    waterfall_email: Waterfall
    waterfall_phone: Waterfall
    waterfall_company: Waterfall
    waterfall_techstack: Waterfall

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Waterfalls:
        """The waterfalls in a table such as ``waterfalls.toml``.

        Raises:
            ConfigurationError: with the wrong key and the remedy.
        """
        return read_table(cls, data, "waterfalls")

    def as_table_config(self) -> dict[str, dict[str, Any]]:
        """The JSON object that goes out with the table."""
        return {name: waterfall.as_config() for name, waterfall in dict(self).items()}
