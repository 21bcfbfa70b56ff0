"""The answers of GoHighLevel, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import AliasChoices, ConfigDict, Field

from alpha_swarm.connectors.answers import Answer
from alpha_swarm.connectors.values import Id, Moment, Text

if TYPE_CHECKING:
    from collections.abc import Mapping


class CustomValue(Answer):
    """What a contact has in a custom field."""

    id: Id
    value: Any = Field(default=None, validation_alias=AliasChoices("value", "fieldValue", "field_value"))


class ContactRecord(Answer):
    """A contact; its standard fields are among those that the mapping names."""

    model_config = ConfigDict(extra="allow")

    id: Id
    custom_fields: list[CustomValue] | None = Field(default=None, alias="customFields")
    """Absent where an answer shows a part of the contact."""
    updated_at: Moment = Field(default=None, alias="dateUpdated")
    deleted: Any = None
    search_after: list[Any] | None = Field(default=None, alias="searchAfter")
    """Where a search goes on after this contact."""

    @property
    def shown(self) -> Mapping[str, Any]:
        """The standard fields, by the names that the answer has."""
        return self.model_extra or {}

    def handles(self) -> tuple[list[str], list[str]]:
        """All its e-mails, and all its phones: a person may have several."""
        shown = self.shown
        return (
            _texts(shown.get("email"), shown.get("additionalEmails"), "email"),
            _texts(shown.get("phone"), shown.get("additionalPhones"), "phone"),
        )


class Read(Answer):
    """A contact by its id."""

    contact: ContactRecord


class Reference(Answer):
    """Of a contact no more than which it is: an answer to a write may show what is not kept."""

    id: Id


class Written(Answer):
    """The answer to an upsert or an update, which need not show the contact."""

    contact: Reference | None = None
    new: bool | None = None


class Found(Answer):
    """The answer to the search for duplicates."""

    contact: ContactRecord | None = None


class Listed(Answer):
    """One page of a search."""

    contacts: list[ContactRecord]


class SearchPage(Answer):
    """The answer to a search by filters."""

    contacts: list[ContactRecord]
    total: int


class LocationSettings(Answer):
    """Whom the location takes for the same."""

    duplicates_allowed: bool | None = Field(default=None, alias="allowDuplicateContact")
    unique: list[str] | None = Field(default=None, alias="contactUniqueIdentifiers")


class Location(Answer):
    """A location."""

    settings: LocationSettings = LocationSettings()


class FoundLocation(Answer):
    """A location by its id."""

    location: Location


class CustomField(Answer):
    """A custom field of a location."""

    id: Id
    name: Text = ""
    field_key: Text = Field(default="", alias="fieldKey")


class CustomFieldList(Answer):
    """All custom fields of a location."""

    fields: list[CustomField] = Field(alias="customFields")


class CreatedCustomField(Answer):
    """A new custom field."""

    field: CustomField = Field(alias="customField")


def _texts(first: Any, more: Any, name: str) -> list[str]:
    others = [one.get(name) if isinstance(one, dict) else one for one in more or ()]
    return [one for one in (first, *others) if isinstance(one, str) and one]
