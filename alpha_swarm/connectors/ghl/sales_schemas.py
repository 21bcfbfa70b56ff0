"""The answers of GoHighLevel about opportunities and users, checked."""

from __future__ import annotations

from pydantic import Field

from alpha_swarm.connectors.answers import Answer
from alpha_swarm.connectors.values import Id, Text


class Stage(Answer):
    """Of a pipeline."""

    id: Id
    name: Text = ""


class Pipeline(Stage):
    """Its stages from the first to the last."""

    stages: list[Stage] = Field(default_factory=list)


class Pipelines(Answer):
    """All of a location."""

    pipelines: list[Pipeline]


class Opportunity(Answer):
    """A deal."""

    id: Id
    contact_id: str | None = Field(default=None, alias="contactId")


class Found(Answer):
    """What a search came to."""

    opportunities: list[Opportunity]


class Created(Answer):
    """A new one."""

    opportunity: Opportunity


class User(Answer):
    """Somebody who works in a location."""

    id: Id
    email: Text = ""


class Users(Answer):
    """All of a location."""

    users: list[User]
