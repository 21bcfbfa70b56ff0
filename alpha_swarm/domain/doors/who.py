"""Whom somebody means: by a lead's id, a LinkedIn address, an e-mail, a phone number, or a record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alpha_swarm.domain.addresses import normal_email, normal_phone
from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.leads.identity import canonical_url, identity_of, profile_slug
from alpha_swarm.domain.leads.pins import EMAIL, PERSONAL
from alpha_swarm.domain.privacy.rights import Identifiers
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from alpha_swarm.domain.leads.enrichment import Values
    from alpha_swarm.domain.leads.lead import Lead, LeadInput

CLAY = "clay"
SYSTEMS = frozenset({CLAY, *(target.value for target in Target), *(system.value for system in System)})

ADDRESSES = (EMAIL, PERSONAL)

_LEAD_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_RECORD_ID = re.compile(r"[\w-]{1,255}")
_EMAILS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_PROFILES = re.compile(r"linkedin\.com/(?:in|pub)/[^\s\"'<>\\?#]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """What somebody is asked for by; what is ``None`` was not said."""

    lead_id: str | None = None
    slug: str | None = None
    email: str | None = None
    phone: str | None = None
    record_id: str | None = None
    system: str | None = None
    """Whose record it is; ``None``: anybody's."""
    digest: str | None = None
    """The spelling of what only a hash is known of: ``email_sha256:…``."""

    @property
    def names(self) -> tuple[str, ...]:
        """As whatever is hashed is spelt."""
        named = (("linkedin", self.slug), ("email", self.email), ("phone", self.phone))
        spelt = tuple(f"{kind}:{value}" for kind, value in named if value)
        return (*spelt, self.digest) if self.digest else spelt

    @property
    def is_lasting(self) -> bool:
        """Whether it says who it is, also to those who never met the person."""
        return bool(self.names or self.system)

    @property
    def identifiers(self) -> Identifiers:
        """What was said, for the other sides."""
        return Identifiers(
            emails=(self.email,) if self.email else (),
            phones=(self.phone,) if self.phone else (),
            linkedin=(canonical_url(self.slug),) if self.slug else (),
            records={self.system: (self.record_id,)} if self.system and self.record_id else {},
        )


def read_who(text: str) -> Who | None:
    """What the text stands for; ``None`` where it is nothing that anybody could be known by."""
    given = text.strip()
    address = read_address(given)
    if address is not None:
        return address
    if _LEAD_ID.fullmatch(given.upper()):
        return Who(lead_id=given.upper())
    record_id = given if _RECORD_ID.fullmatch(given) else None
    found = Who(phone=normal_phone(given), record_id=record_id)
    return found if found.names or found.record_id else None


def require_who(text: str) -> Who:
    """The same.

    Raises:
        UserError: nobody could be known by that.
    """
    who = read_who(text)
    if who is None:
        raise UserError(
            "nobody is known by that: give a lead's id, a LinkedIn address, an e-mail, a phone number"
            " or SYSTEM:RECORD, such as hubspot:1234"
        )
    return who


def read_address(text: str) -> Who | None:
    """What can be nothing else wherever it stands: ``SYSTEM:RECORD``, a LinkedIn address or an e-mail."""
    given = text.strip()
    system, _, record = given.partition(":")
    if system.lower() in SYSTEMS and _RECORD_ID.fullmatch(record):
        return Who(system=system.lower(), record_id=record)
    found = Who(slug=profile_slug(given), email=normal_email(given))
    return found if found.names else None


def names_of_input(lead: LeadInput) -> tuple[str, ...]:
    """By what a door's lead is known: a company's domain is nobody's name."""
    names = [] if (identity := identity_of(lead)).startswith("company:") else [identity]
    email = f"email:{lead.email.lower()}" if lead.email else None
    return tuple(dict.fromkeys([*names, *([email] if email else [])]))


def names_of_values(values: Values) -> tuple[str, ...]:
    """By what a result makes a person known."""
    named = (("email", values.email_work), ("email", values.email_personal), ("phone", values.phone))
    return tuple(f"{kind}:{value.lower()}" for kind, value in named if value)


def names_of_lead(lead: Lead) -> tuple[str, ...]:
    """By what a lead is known, and by what it was before it was put right."""
    was = (f"email:{one.lower()}" for name in ADDRESSES if name in lead.pins for one in lead.pins[name].was)
    return tuple(dict.fromkeys([*names_of_input(lead.input), *names_of_values(lead.values), *was]))


def is_phone(name: str) -> bool:
    """Whether it is a number, or a hash of one: by that alone nobody is told from their colleagues."""
    return name.startswith("phone")


def names_in(text: str) -> frozenset[str]:
    """Whatever in a plain text looks like an e-mail or a LinkedIn address."""
    emails = (normal_email(found) for found in _EMAILS.findall(text))
    slugs = (profile_slug(f"https://www.{found}") for found in _PROFILES.findall(text))
    return frozenset(
        [*(f"email:{one}" for one in emails if one), *(f"linkedin:{one}" for one in slugs if one)]
    )


def lead_ids_in(text: str) -> frozenset[str]:
    """Whatever in a text looks like an id of ours."""
    return frozenset(_LEAD_ID.findall(text))
