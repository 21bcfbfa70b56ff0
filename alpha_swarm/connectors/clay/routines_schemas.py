"""The public API's answers, checked; statuses are texts, for a new one must not pass for a lost answer."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from alpha_swarm.connectors.answers import Answer

Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Started(Answer):
    """A run or batch that was accepted."""

    routine_run_id: Text


class Failed(Answer):
    """Why something failed."""

    message: str = ""


class Item(Answer):
    """What became of one item."""

    id: Text
    status: str
    result: dict[str, Any] | None = None
    error: Failed | None = None


class Results(Answer):
    """A page of a run's items, or how far the run has come."""

    status: str
    data: list[Item] = Field(default_factory=list)
    cursor: Text | None = None


class BatchResults(Answer):
    """Where a batch's items are, or how far it has come."""

    status: str
    result_url: str | None = None


class Upload(Answer):
    """Where a file is to be written, and its name."""

    upload_url: str
    file_id: Text


class Ping(Answer):
    """A delivery of the webhook: a run is over."""

    class Data(Answer):
        """Empty in a test event."""

        routine_run_id: Text | None = None

    data: Data
