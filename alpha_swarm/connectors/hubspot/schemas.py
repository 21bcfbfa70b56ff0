"""The answers of HubSpot, checked; every member of an error may be missing."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from alpha_swarm.connectors.answers import Answer
from alpha_swarm.connectors.hubspot import facts
from alpha_swarm.connectors.values import Cell, Id, Listed, Moment, Text

TRACE = "objectWriteTraceId"


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


class ContactRecord(Answer):
    """A contact; in a batch's answer with the trace id of its input."""

    id: Id
    properties: Annotated[dict[str, Cell], BeforeValidator(_mapping)] = Field(default_factory=dict)
    updated_at: Moment = Field(default=None, alias="updatedAt")
    trace: str | None = Field(default=None, alias=TRACE)


#: Status → category, where an error names none.
_CATEGORIES = {404: facts.GONE, 409: facts.CONFLICT}


class RecordError(Answer):
    """What is wrong with one input of a batch, or with all of a call."""

    category: Text = ""
    correlation_id: Text = Field(default="", alias="correlationId")
    message: Text = Field(default="", repr=False)
    """May quote personal data and is never shown."""
    context: Annotated[dict[str, Any], BeforeValidator(_mapping)] = Field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, status: int, body: Any) -> RecordError:
        """What a refused call says; an answer that is not the vendor's says nothing."""
        said = cls.model_validate(_mapping(body))
        if said.category or not said.correlation_id:
            return said
        return said.model_copy(update={"category": _CATEGORIES.get(status, "")})

    @property
    def is_conflict(self) -> bool:
        """Whether another record has what none may share."""
        taken = not facts.TAKEN.isdisjoint(facts.codes(self.message))
        return taken or self.category in facts.CONFLICTS or facts.existing_id(self.message) is not None

    @property
    def concerns_all(self) -> bool:
        """Whether any other record would be refused for the same."""
        return facts.UNKNOWN_PROPERTY in facts.codes(self.message)

    def named(self, member: str) -> list[str]:
        """The inputs that it is about, by their trace ids or their ``ids``."""
        values = self.context.get(member)
        listed = values if isinstance(values, list) else [values]
        return [str(value) for value in listed if isinstance(value, str | int)]


class BatchAnswer(Answer):
    """What became of the inputs of a batch, in any order."""

    status: Text = ""
    results: list[ContactRecord]
    errors: Annotated[list[RecordError], Listed] = Field(default_factory=list)


class _Next(Answer):
    after: Id


class Paging(Answer):
    """What comes after a page."""

    next: _Next | None = None


class SearchAnswer(Answer):
    """One page of a search."""

    results: list[ContactRecord]
    paging: Paging | None = None


class Option(Answer):
    """One of the values that an enumeration takes."""

    value: str


class PropertyDefinition(Answer):
    """A property of contacts."""

    name: str
    type: Text = ""
    options: Annotated[list[Option], Listed] = Field(default_factory=list)
    unique: bool | None = Field(default=None, alias="hasUniqueValue")


class PropertyList(Answer):
    """All properties of contacts."""

    results: list[PropertyDefinition]


class AccountDetails(Answer):
    """Whose portal it is."""

    portal_id: int = Field(alias="portalId")
    time_zone: Text = Field(default="", alias="timeZone")
