"""The answers of GoHighLevel about opportunities and users, checked."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from alpha_swarm.connectors.values import Id, Text


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Stage(_Answer):
    """Of a pipeline."""

    id: Id
    name: Text = ""


class Pipeline(Stage):
    """Its stages from the first to the last."""

    stages: list[Stage] = []


class Pipelines(_Answer):
    """All of a location."""

    pipelines: list[Pipeline]


class Opportunity(_Answer):
    """A deal."""

    id: Id
    contact_id: str | None = Field(default=None, alias="contactId")


class Found(_Answer):
    """What a search came to."""

    opportunities: list[Opportunity]


class Created(_Answer):
    """A new one."""

    opportunity: Opportunity


class User(_Answer):
    """Somebody who works in a location."""

    id: Id
    email: Text = ""


class Users(_Answer):
    """All of a location."""

    users: list[User]
