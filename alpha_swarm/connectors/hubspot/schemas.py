"""The answers of HubSpot, checked; every member of an error may be missing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from alpha_swarm.connectors.hubspot import facts

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
TRACE = "objectWriteTraceId"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


Text = Annotated[str, BeforeValidator(_text)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class ContactRecord(_Answer):
    """A contact; in a batch's answer with the trace id of its input."""

    id: Id
    properties: dict[str, str | None] = Field(default_factory=dict)
    updated_at: datetime | None = Field(default=None, alias="updatedAt")
    trace: str | None = Field(default=None, alias=TRACE)


class RecordError(_Answer):
    """What is wrong with one input of a batch, or with all of a call."""

    category: Text = ""
    message: Text = Field(default="", repr=False)
    """May quote personal data and is never shown."""
    context: Annotated[dict[str, Any], BeforeValidator(_mapping)] = Field(default_factory=dict, repr=False)

    @property
    def concerns_all(self) -> bool:
        """Whether any other record would be refused for the same."""
        return facts.UNKNOWN_PROPERTY in facts.codes(self.message)

    def named(self, member: str) -> list[str]:
        """The inputs that it is about, by their trace ids or their ``ids``."""
        values = self.context.get(member)
        return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


class BatchAnswer(_Answer):
    """What became of the inputs of a batch, in any order."""

    status: Text = ""
    results: list[ContactRecord]
    errors: list[RecordError] = Field(default_factory=list)
    number_of_errors: int = Field(default=0, alias="numErrors")


class _Next(_Answer):
    after: Id


class Paging(_Answer):
    """What comes after a page."""

    next: _Next | None = None


class SearchAnswer(_Answer):
    """One page of a search."""

    results: list[ContactRecord]
    paging: Paging | None = None


class Option(_Answer):
    """One of the values that an enumeration takes."""

    value: str


class PropertyDefinition(_Answer):
    """A property of contacts."""

    name: str
    type: Text = ""
    options: list[Option] = Field(default_factory=list)
    unique: bool = Field(default=False, alias="hasUniqueValue")


class PropertyList(_Answer):
    """All properties of contacts."""

    results: list[PropertyDefinition]


class AccountDetails(_Answer):
    """Whose portal it is."""

    portal_id: int = Field(alias="portalId")
    time_zone: Text = Field(default="", alias="timeZone")
