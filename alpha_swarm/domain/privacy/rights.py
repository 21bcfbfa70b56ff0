"""A person's rights: which one is asked for, by what a person is known, and what an other side answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

#: Kinds of names that are one person's; a phone may be a whole company's.
OWN_NAMES = ("linkedin", "email")
NAMES = (*OWN_NAMES, "phone")


class Right(StrEnum):
    """What is done for a person."""

    ERASURE = "erasure"
    OBJECTION = "objection"
    RETENTION = "retention"
    RECTIFICATION = "rectification"
    """Of somebody who objected; with the others it needs no request."""

    @property
    def keeps_values(self) -> bool:
        """Whether the person's values stay."""
        return self in {Right.OBJECTION, Right.RECTIFICATION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiers:
    """Everything one person is known by, each in its one spelling."""

    lead_ids: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    """In lower case."""
    phones: tuple[str, ...] = ()
    """E.164."""
    linkedin: tuple[str, ...] = ()
    """Canonical URLs."""
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The system's name → the ids of the person's records there; ``clay`` → ids of rows."""

    def of(self, system: str) -> tuple[str, ...]:
        """The ids of the person's records in that system."""
        return self.records.get(system, ())

    def to_json(self) -> dict[str, Any]:
        """Lists and strings, as JSON holds them."""
        return {
            "lead_ids": list(self.lead_ids),
            "emails": list(self.emails),
            "phones": list(self.phones),
            "linkedin": list(self.linkedin),
            "records": {system: list(ids) for system, ids in self.records.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Identifiers:
        """What ``to_json`` gave."""
        return cls(
            lead_ids=tuple(data["lead_ids"]),
            emails=tuple(data["emails"]),
            phones=tuple(data["phones"]),
            linkedin=tuple(data["linkedin"]),
            records={system: tuple(ids) for system, ids in data["records"].items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an other side says of a step: figures and ids alone."""

    removed: int
    """Records that are gone or silenced."""
    note: str | None = None
    """What a person should know of it, such as how long a bin keeps it."""
