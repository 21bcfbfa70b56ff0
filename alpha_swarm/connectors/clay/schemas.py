"""The answers of Clay, checked: an answer is input from outside like any other."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Pagination(_Answer):
    """Whether another page follows."""

    has_next_page: bool


class Table(_Answer):
    """A table."""

    id: Id
    name: str


class TablePage(_Answer):
    """A page of tables."""

    tables: list[Table]
    pagination: Pagination


class RowPage(_Answer):
    """A page of rows; each row is checked in ``mapping``."""

    rows: list[dict[str, Any]]
    pagination: Pagination


class AddedRows(_Answer):
    """The new rows' ids, in the order of the rows sent."""

    row_ids: list[Id]


class RowState(_Answer):
    """What became of one row of a batch."""

    id: Id
    enrichment_status: str | None = None
    error: str | None = None


class RowStates(_Answer):
    """What became of the rows of a batch; the list as a whole may be left out where none failed."""

    rows: list[RowState] | None = None


class RowError(_Answer):
    """Why a row was not taken; its message may quote personal data and is not read."""

    index: int = Field(ge=0)
    field: str


class _RefusedRows(_Answer):
    row_errors: list[RowError] = Field(default_factory=list)


class RefusedRows(_Answer):
    """A batch of which nothing was taken."""

    error: _RefusedRows


class Webhook(_Answer):
    """A registered webhook."""

    id: Id | None = None
    webhook_url: str


class WebhookList(_Answer):
    """The registered webhooks."""

    webhooks: list[Webhook] = Field(default_factory=list)


class Envelope(_Answer):
    """A delivery of the webhook."""

    event: str
    row_id: Id
    data: dict[str, Any]
