"""Records of a CRM, read for our own use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Collection


@runtime_checkable
class RecordSource(Protocol):
    """Who can be asked what a record says now. Reading changes nothing, so it may be repeated."""

    def fetch(self, record_ids: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """Record id, as asked → fields by the names of a lead's input, without blanks.

        Records lack that are not there or are not of the kind that leads are written to: what is given here
        becomes a lead's own record.

        Raises:
            GiveUpError: these ids will never be answered.
            RetryLaterError, OutcomeUnknownError, HaltError: not now.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A record that was changed, as it is now."""

    fields: Mapping[str, str]
    """By the names of a lead's input, without blanks."""
    at: datetime
    """UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Changed records, the longest unchanged first."""

    records: Mapping[str, Changed]
    """By record id."""
    cursor: str
    """Where the next page begins: at the last of these, or after it. A moment in ISO 8601, and after a blank
    what the CRM alone can read; a moment alone begins there."""
    more: bool
    """Whether there is a next page now; with the cursor that was given it cannot be had."""


@runtime_checkable
class ChangedRecords(Protocol):
    """Who can be asked for whatever was changed."""

    def changed_since(self, cursor: str | None) -> Page:
        """The page after the cursor; ``None`` begins with what is changed from now on, and may be empty.

        Raises:
            GiveUpError: the cursor is of no use any more.
            RetryLaterError, OutcomeUnknownError, HaltError: not now.
        """
        ...
