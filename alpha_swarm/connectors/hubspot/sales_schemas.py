"""The answers of HubSpot about pipelines and owners, checked."""

from __future__ import annotations

from pydantic import Field

from alpha_swarm.connectors.answers import Answer
from alpha_swarm.connectors.hubspot.schemas import Paging
from alpha_swarm.connectors.values import Id, Text


class Stage(Answer):
    """Of a pipeline."""

    id: Id
    name: Text = Field(default="", alias="label")


class Pipeline(Stage):
    """Its stages from the first to the last."""

    stages: list[Stage] = Field(default_factory=list)


class Pipelines(Answer):
    """All of deals."""

    results: list[Pipeline]


class Owner(Answer):
    """Somebody who may own records."""

    id: Id
    email: Text = ""
    archived: bool = False


class OwnerPage(Answer):
    """One page of all."""

    results: list[Owner]
    paging: Paging | None = None
