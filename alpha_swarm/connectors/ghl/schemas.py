"""The answers of GoHighLevel, checked."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class ContactRecord(_Answer):
    """A contact; of its fields only the id is of use."""

    id: Id


class Written(_Answer):
    """The answer to an upsert or an update."""

    contact: ContactRecord
    new: bool = False


class Found(_Answer):
    """The answer to the search for duplicates."""

    contact: ContactRecord | None = None


class CustomField(_Answer):
    """A custom field of a location."""

    id: Id
    name: str = ""
    field_key: str = Field(default="", alias="fieldKey")


class CustomFieldList(_Answer):
    """All custom fields of a location."""

    fields: list[CustomField] = Field(alias="customFields")


class CreatedCustomField(_Answer):
    """A new custom field."""

    field: CustomField = Field(alias="customField")
