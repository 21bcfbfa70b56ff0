"""What a file of leads is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.cli.leads.files.lines import Lines

#: Columns that mean something; others are ignored.
KNOWN_COLUMNS = frozenset(
    {
        "linkedin_url",
        "email",
        "first_name",
        "last_name",
        "company_name",
        "source_type",
        "source_name",
        "source_url",
        "engagement_action",
        "engagement_content",
        "scraped_at",
        "legal_basis",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One data row; ``number`` counts them from 1, ``line`` is the physical line on which it starts."""

    number: int
    line: int
    fields: Mapping[str, Any]
    cells: Sequence[str]
    """The row as it came, in the order of the file's columns."""
    trouble: str | None = field(default=None)
    """Why the row cannot be read, although the file can."""


class Rows(Protocol):
    """A kind of file."""

    @property
    def columns(self) -> Sequence[str]:
        """The names above the cells; complete once all rows were read."""
        ...

    def read(self, lines: Lines) -> Iterator[Row]:
        """Each data row in turn.

        Raises:
            BadFileError: the file as a whole cannot be taken in.
        """
        ...
