"""The answers of HubSpot about pipelines and owners, checked."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from alpha_swarm.connectors.hubspot.schemas import Paging
from alpha_swarm.connectors.values import Id, Text


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Stage(_Answer):
    """Of a pipeline."""

    id: Id
    name: Text = Field(default="", alias="label")


class Pipeline(Stage):
    """Its stages from the first to the last."""

    stages: list[Stage] = []


class Pipelines(_Answer):
    """All of deals."""

    results: list[Pipeline]


class Owner(_Answer):
    """Somebody who may own records."""

    id: Id
    email: Text = ""
    archived: bool = False


class OwnerPage(_Answer):
    """One page of all."""

    results: list[Owner]
    paging: Paging | None = None
