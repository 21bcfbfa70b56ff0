"""The answers of Clay, checked: an answer is input from outside like any other."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from alpha_swarm.connectors.answers import Answer

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Pagination(Answer):
    """Whether another page follows."""

    has_next_page: bool


class Table(Answer):
    """A table."""

    id: Id
    name: str


class TablePage(Answer):
    """A page of tables."""

    tables: list[Table]
    pagination: Pagination


class RowPage(Answer):
    """A page of rows; each row is checked in ``mapping``."""

    rows: list[dict[str, Any]]
    pagination: Pagination


class AddedRows(Answer):
    """The new rows' ids, in the order of the rows sent."""

    row_ids: list[Id]


class RowState(Answer):
    """What became of one row of a batch."""

    id: Id
    enrichment_status: str | None = None
    error: str | None = None


class RowStates(Answer):
    """What became of the rows of a batch; the list as a whole may be left out where none failed."""

    rows: list[RowState] | None = None


class RowError(Answer):
    """Why a row was not taken; its message may quote personal data and is not read."""

    index: int = Field(ge=0)
    field: str


class _RefusedRows(Answer):
    row_errors: list[RowError] = Field(default_factory=list)


class RefusedRows(Answer):
    """A batch of which nothing was taken."""

    error: _RefusedRows


class Webhook(Answer):
    """A registered webhook."""

    id: Id | None = None
    webhook_url: str


class Envelope(Answer):
    """A delivery of the webhook."""

    event: str
    row_id: Id
    data: dict[str, Any]
