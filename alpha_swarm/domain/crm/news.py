"""What a CRM tells of its own accord: a contact is new, was changed, or is gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from alpha_swarm.domain.addresses import normal_host
from alpha_swarm.domain.leads.identity import canonical_url, profile_slug
from alpha_swarm.domain.leads.output import output_fields
from alpha_swarm.domain.states import Target

if TYPE_CHECKING:
    from alpha_swarm.domain.leads.lead import Lead

#: An id becomes a part of a path, and must not lead out of it.
_RECORD_ID = re.compile(r"(?!\.+$)[A-Za-z0-9_.:~-]{1,200}")


_FIELDS = ("linkedin_url", "email", "first_name", "last_name", "company_name")


class System(StrEnum):
    """Who sends news of contacts."""

    HUBSPOT = "hubspot"
    GHL = "ghl"
    SALESFORCE = "salesforce"
    GENERIC = "generic"

    @property
    def target(self) -> Target | None:
        """The same system as a CRM that leads are synced to."""
        return Target(self.value) if self.value in set(Target) else None

    @property
    def signs(self) -> bool:
        """Whether a body is proven to be the sender's; any other is a hint to look at the record."""
        return self is not System.SALESFORCE

    @property
    def inbox(self) -> str:
        """The source of its letters."""
        return f"crm:{self.value}"


class Change(StrEnum):
    """What happened to the record."""

    CHANGED = "changed"
    DELETED = "deleted"
    PRIVACY_DELETED = "privacy_deleted"
    """Because the person asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One record's news."""

    record_id: str | None
    """``None`` where the sender names none."""
    change: Change
    at: datetime | None
    """The event's time in UTC; ``None``: when it came."""
    fields: Mapping[str, str] | None = None
    """By the names of a lead's input; ``None`` where the record must be asked for."""


def read_record_id(value: object) -> str | None:
    """The id of a record, or ``None`` for what cannot be one."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**30 else ""
    return value if isinstance(value, str) and _RECORD_ID.fullmatch(value) else None


def with_website(fields: Mapping[str, str], website: str | None) -> dict[str, str]:
    """The fields, completed by what a contact's website says: a profile or the company's domain.

    Whatever else people write there is no reason to turn the contact away.
    """
    if not website:
        return dict(fields)
    slug = profile_slug(website)
    if slug:
        return {"linkedin_url": canonical_url(slug), **fields}
    host = normal_host(website)
    return {"company_domain": host, **fields} if host else dict(fields)


def input_fields(record: Mapping[str, str]) -> dict[str, str]:
    """What a lead is made of, from a record by output names: people's other remarks turn nobody away."""
    own = {name: record[name] for name in _FIELDS if record.get(name)}
    if profile_slug(own.get("linkedin_url", "")) is None:
        own.pop("linkedin_url", None)
    return with_website(own, record.get("company_domain"))


def profile_among(texts: Iterable[str]) -> str | None:
    """The first LinkedIn profile: each organisation has a field of its own for it."""
    return next((one for one in texts if profile_slug(one)), None)


def agrees(lead: Lead, fields: Mapping[str, str]) -> bool:
    """Whether a record says nothing else than we do: what we wrote comes back as somebody's change.

    What the lead has no value for is the CRM's own.
    """
    ours = output_fields(lead)
    emails = {ours["email"], ours["email_personal"], lead.input.email} - {None}
    for name, value in fields.items():
        known = emails if name == "email" else {ours.get(name)} - {None}
        if known and _plain(value) not in map(_plain, known):
            return False
    return True


def is_other_person(lead: Lead, linkedin_url: str | None) -> bool:
    """Whether a lead that shares an e-mail with a contact is somebody else by profile."""
    theirs, own = (profile_slug(url or "") for url in (linkedin_url, lead.input.linkedin_url))
    return theirs is not None and own is not None and theirs != own


def _plain(value: str) -> str:
    return " ".join(value.split()).casefold()
