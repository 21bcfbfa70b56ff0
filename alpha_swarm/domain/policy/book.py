"""The shape of a privacy policy's file; each mistake in it says what to write instead."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from alpha_swarm.domain.tables import Table
from alpha_swarm.domain.written import Name, Text, Texts  # noqa: TC001 - pydantic reads them


class Party(StrEnum):
    """Who gets fields of a lead."""

    CLAY = "clay"
    GHL = "ghl"
    INSTANTLY = "instantly"
    HUBSPOT = "hubspot"
    SALESFORCE = "salesforce"
    EXPORT = "export"
    """Whoever runs ``leads export``."""
    SLACK = "slack"
    """Those who read alerts about leads, by whatever way."""


class OnForbidden(StrEnum):
    """What a door does with a lead that comes with a field which is never taken."""

    STRIP = "strip"
    REFUSE = "refuse"


class LimitedProfiles(StrEnum):
    """What a door does with somebody who limits who sees their profile."""

    REFUSE = "refuse"
    TAKE = "take"


class Without(StrEnum):
    """What becomes of a field without the consent that it needs."""

    NOT_TAKEN = "not_taken"
    NOT_WRITTEN = "not_written"
    """It is held, and no system, export or message gets it."""


class Forbidden(Table):
    """Fields that are never taken."""

    fields: Texts
    """In any spelling; with ``*`` at the end all that begin so."""
    reason: Text


class Consent(Table):
    """Fields that need the person's consent."""

    fields: Texts
    without: Without = Without.NOT_TAKEN


class Share(Table):
    """What one party may get."""

    only: Texts | None = None
    never: Texts | None = None

    @model_validator(mode="after")
    def _one(self) -> Share:
        if (self.only is None) is (self.never is None):
            raise ValueError("must say either only: [...] or never: [...]")
        return self


class Transfer(Table):
    """What the record of processing says of a recipient, which no setting knows."""

    country: Text | None = None
    safeguard: Text | None = None
    """What protects the data there: an adequacy decision, standard contractual clauses."""


class Record(Table):
    """What the record of processing says besides."""

    officer: Text | None = None
    """The data protection officer, or the representative."""
    measures: tuple[Text, ...] = ()
    """Of security, beside those that the program takes."""


class PolicyBook(Table):
    """A policy; a section that is left out is that of the packaged one."""

    on_forbidden: OnForbidden | None = None
    limited_profiles: LimitedProfiles | None = None
    forbidden: tuple[Forbidden, ...] | None = None
    consent: tuple[Consent, ...] | None = None
    targets: dict[Party, Share] | None = None
    recipients: dict[Name, Transfer] = Field(default_factory=dict)
    """Name → where it is and what protects the data there."""
    record: Record = Record()

    def over(self, usual: PolicyBook) -> PolicyBook:
        """This one, completed by the usual one."""
        own = {name: getattr(self, name) for name in self.model_fields_set}
        return usual.model_copy(update={name: said for name, said in own.items() if said is not None})
