"""The record of processing activities (GDPR, Article 30), made of what the installation is set to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.policy.policy import PrivacyPolicy
from alpha_swarm.domain.policy.telling import told
from alpha_swarm.domain.privacy.access import Responsible
from alpha_swarm.domain.privacy.lifetimes import Lifetimes
from alpha_swarm.domain.states import LegalBasis

if TYPE_CHECKING:
    from collections.abc import Iterator


_POLICY_FILE = "PRIVACY_POLICY_FILE"
#: Kind of data → the fields of it.
CLASSES: Mapping[str, tuple[str, ...]] = {
    "identity": ("first_name", "last_name", "linkedin_url"),
    "contact": ("email", "email_work", "email_personal", "phone"),
    "work": ("title", "linkedin_headline", "linkedin_summary"),
    "conduct in networks": (
        "engagement_action",
        "engagement_content",
        "source_url",
        "recent_posts",
        "linkedin_connections",
        "mutual_connections",
    ),
    "employer": (
        "company_name",
        "company_domain",
        "company_industry",
        "company_size",
        "company_revenue",
        "company_location",
        "tech_stack",
        "funding_stage",
        "funding_amount",
    ),
}
_CONCLUDED = ("icp_score", "icp_tier")
PERSONS = (
    "people in business who were met in a network or at an event, by what is public of them there",
    "contacts of whom a configured CRM tells",
    "people whom a user enters one by one",
)
_ORIGINS = ("scraped lists (a file, or POST /leads)", "webhooks and look-ups of CRMs", "entries by hand")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Whoever gets data."""

    name: str
    what: str
    fields: tuple[str, ...] = ()
    """Ours that it may get; empty: ids and figures alone."""
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One of security."""

    name: str
    on: bool
    setting: str | None = None
    """By which it is put in force, where it is not always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Processing:
    """What an installation is set to do."""

    responsible: Responsible
    policy: PrivacyPolicy
    lifetimes: Lifetimes
    providers: Sequence[str]
    recipients: Sequence[Recipient]
    measures: Sequence[Measure]
    notice_first: bool
    retention_in_crms: bool


def record(processing: Processing) -> dict[str, Any]:
    """What ``privacy record --json`` prints beside the moment; what nobody has said stands in ``missing``."""
    policy, who = processing.policy, processing.responsible
    own, grounds = policy.book.record, policy.grounds
    return {
        "controller": {"name": who.controller, "contact": who.contact, "officer": own.officer},
        "purposes": [{"purpose": grounds.purpose, "interest": grounds.interest}],
        "legal_basis": {
            "bases": [LegalBasis.LEGITIMATE_INTEREST.value, *_other_bases(policy)],
            "assessment_id": grounds.assessment_id,
            "assessment_version": grounds.assessment_version,
        },
        "persons": list(PERSONS),
        "data": list(_data(policy)),
        "sources": [*_ORIGINS, *(f"{name} (through Clay)" for name in processing.providers)],
        "recipients": [_recipient(one, policy) for one in processing.recipients],
        "retention": list(_retention(processing)),
        "security": [_measure(one) for one in processing.measures]
        + [{"measure": text, "in_force": True, "setting": None} for text in own.measures],
        "restrictions": {**told(policy), "notice_before_outreach": processing.notice_first},
        "missing": list(_missing(processing)),
    }


def _other_bases(policy: PrivacyPolicy) -> list[str]:
    return [LegalBasis.CONSENT.value] if policy.asks_consent else []


def _data(policy: PrivacyPolicy) -> Iterator[dict[str, Any]]:
    for name, fields in CLASSES.items():
        taken = [field for field in fields if field not in policy.forbidden]
        if taken:
            needing = [field for field in taken if field in policy.consent_fields]
            yield {"class": name, "fields": taken, "with_consent": needing}
    yield {"class": "what we conclude", "fields": list(_CONCLUDED), "with_consent": []}


def _recipient(one: Recipient, policy: PrivacyPolicy) -> dict[str, Any]:
    transfer = policy.book.recipients.get(one.name)
    return {
        "name": one.name,
        "what": one.what,
        "fields": list(one.fields),
        **one.detail,
        "country": transfer.country if transfer else None,
        "safeguard": transfer.safeguard if transfer else None,
    }


def _retention(processing: Processing) -> Iterator[dict[str, Any]]:
    days = processing.lifetimes
    there = "in the CRMs as well" if processing.retention_in_crms else "not in the CRMs, which keep their own"
    yield _kept(
        "leads: values, provenance and results",
        processing.policy.grounds.retention_days,
        "RETENTION_DAYS",
        f"from first collection, as it was set when they were taken in; {there}",
    )
    yield _kept("webhooks that could not be read or placed", days.webhooks, "KEEP_WEBHOOKS_DAYS")
    yield _kept("webhooks that wait to be read", days.unread_webhooks, "KEEP_UNREAD_WEBHOOKS_DAYS")
    yield _kept("answers to repeated requests", days.answers, "KEEP_ANSWERS_DAYS")
    yield _kept("messages to people and approvals", days.messages, "KEEP_MESSAGES_DAYS")
    yield _kept("what is known of companies", days.companies, "KEEP_COMPANIES_DAYS")
    yield _kept("ended requests of persons: ids and figures", days.requests, "KEEP_REQUESTS_DAYS")
    yield _kept("files of rejected rows in the home", days.files, "KEEP_FILES_DAYS")
    yield _kept("the list of those who are kept out: keyed hashes", None, None, "as long as it is to hold")
    yield _kept("the audit trail: ids and figures", None, None, "a chain cannot be cut without breaking it")
    yield _kept(
        "logs: no personal data", None, None, "written to stdout; whoever runs the program keeps them"
    )


def _kept(what: str, days: float | None, setting: str | None, note: str = "") -> dict[str, Any]:
    return {"what": what, "days": days, "setting": setting, "note": note}


def _measure(one: Measure) -> dict[str, Any]:
    return {"measure": one.name, "in_force": one.on, "setting": one.setting}


def _missing(processing: Processing) -> Iterator[dict[str, str]]:
    who, policy = processing.responsible, processing.policy
    grounds = policy.grounds
    for what, said, setting in (
        ("the controller's name and address", who.controller, "PRIVACY_CONTROLLER"),
        ("where persons write to", who.contact, "PRIVACY_CONTACT"),
        ("the assessment of legitimate interest", grounds.assessment_id, "PRIVACY_ASSESSMENT_ID"),
        ("that assessment's version", grounds.assessment_version, "PRIVACY_ASSESSMENT_VERSION"),
        ("the data protection officer, if there is one", policy.book.record.officer, _POLICY_FILE),
    ):
        if not said:
            yield {"what": what, "setting": setting}
    for one in processing.recipients:
        transfer = policy.book.recipients.get(one.name)
        lacking = [name for name in ("country", "safeguard") if not getattr(transfer, name, None)]
        if lacking:
            yield {"what": f"{one.name}: {' and '.join(lacking)}", "setting": f"{_POLICY_FILE}, recipients"}
