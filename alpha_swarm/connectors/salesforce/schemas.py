"""The answers of Salesforce, checked."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, RootModel

from alpha_swarm.connectors.answers import Answer
from alpha_swarm.connectors.values import Id, Listed, Text


class Row(Answer):
    """A record with those of its fields that were asked for."""

    model_config = ConfigDict(extra="allow")

    id: Id = Field(alias="Id")

    def value(self, name: str) -> Any:
        """Of a field; ``None`` for a blank."""
        return (self.model_extra or {}).get(name)


class Rows(RootModel[list[Row | None]]):
    """Records in the order of the ids asked for, ``None`` for one that is not there."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class Page(Answer):
    """A page of what a query found."""

    done: bool
    records: list[Row]
    next: str | None = Field(default=None, alias="nextRecordsUrl")


class Problem(Answer):
    """What is wrong with one record; the message may quote personal data and is never shown."""

    code: str = Field(alias="statusCode")
    message: Text = Field(default="", repr=False)
    fields: Annotated[list[str], Listed] = Field(default_factory=list)


class Result(Answer):
    """What became of one record."""

    id: Text = ""
    success: bool
    created: bool | None = None
    errors: Annotated[list[Problem], Listed] = Field(default_factory=list)


class Results(RootModel[list[Result]]):
    """One for each record, in the order of the call."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class DescribedField(Answer):
    """A field of the object."""

    name: str
    type: str
    length: int = 0
    scale: int = 0
    nillable: bool = True
    defaulted: bool = Field(default=False, alias="defaultedOnCreate")
    createable: bool = False
    updateable: bool = False
    external_id: bool = Field(default=False, alias="externalId")
    unique: bool = False


class Description(Answer):
    """The object as the org has it."""

    prefix: str | None = Field(default=None, alias="keyPrefix")
    fields: list[DescribedField]


class DailyCalls(Answer):
    """Calls of the last 24 hours."""

    most: int = Field(alias="Max")
    left: int = Field(alias="Remaining")


class Limits(Answer):
    """What the org may use."""

    daily_calls: DailyCalls = Field(alias="DailyApiRequests")
