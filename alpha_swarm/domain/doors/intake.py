"""The doors: what is asked of a lead before it is taken in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from alpha_swarm.domain.addresses import is_web_url, normal_email, normal_host
from alpha_swarm.domain.leads.grounds import USUAL, Grounds
from alpha_swarm.domain.leads.identity import canonical_url, profile_slug
from alpha_swarm.domain.leads.lead import LeadInput
from alpha_swarm.domain.moments import read_moment
from alpha_swarm.domain.policy.policy import OPEN, PrivacyPolicy
from alpha_swarm.domain.policy.visibility import VISIBILITY, is_limited
from alpha_swarm.domain.states import LegalBasis, SourceType
from alpha_swarm.domain.text import clean
from alpha_swarm.errors import GiveUpError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic_core import ErrorDetails

    from alpha_swarm.domain.policy.policy import Kept


class Door(StrEnum):
    """Through which a lead comes in."""

    SCRAPER = "scraper"
    CRM = "crm"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; the message never repeats the value."""

    field: str
    message: str


class InvalidLead(GiveUpError):  # noqa: N818 (reads as the verdict it is at every door)
    """The lead is not taken in; ``errors`` names every field at fault."""

    def __init__(self, errors: tuple[FieldError, ...], forbidden: tuple[str, ...] = ()) -> None:
        """``forbidden``: the fields for which a privacy policy refuses it, by the names that it uses."""
        super().__init__(
            "; ".join(f"{error.field} {error.message}" for error in errors), cause="invalid_lead"
        )
        self.errors = errors
        self.forbidden = forbidden


#: Of these a lead needs one.
_IDENTITIES: dict[Door, tuple[str, ...]] = {
    Door.SCRAPER: ("linkedin_url", "email"),
    Door.CRM: ("linkedin_url", "email", "company_domain"),
    Door.DIRECT: ("linkedin_url", "email"),
}
_LIMITED = FieldError(
    VISIBILITY, "says that the person limits who sees the profile: such are not taken (the privacy policy)"
)
_BASES = tuple(one.value for one in LegalBasis)
_SCRAPED = tuple(kind for kind in SourceType if kind not in {SourceType.CRM, SourceType.DIRECT})


def read_lead(
    raw: Mapping[str, Any],
    *,
    now: datetime,
    door: Door = Door.SCRAPER,
    policy: PrivacyPolicy = OPEN,
) -> LeadInput:
    """The lead in ``raw``: texts trimmed, controls taken out, blanks as missing, unknown keys ignored.

    Raises:
        InvalidLead: with every field that is at fault.
    """
    present = _present(raw, door, now)
    passed = policy.passed(present, _basis(present))
    if policy.refuses_limited and is_limited(present):
        raise InvalidLead((_LIMITED,), forbidden=(VISIBILITY,))
    if policy.refuses and passed.forbidden:
        raise _forbidden(passed.forbidden)
    fields = passed.fields
    errors = _nobody(fields, door)
    try:
        arrival = (_Scraped if door is Door.SCRAPER else _Arrival).model_validate(fields)
    except ValidationError as error:
        raise InvalidLead(errors + tuple(map(_field_error, error.errors()))) from None
    errors += _expired(arrival.scraped_at, now, policy.grounds)
    if errors:
        raise InvalidLead(errors)
    grounds = None if policy.grounds == USUAL else policy.grounds
    return LeadInput(**dict(arrival), withheld=passed.withheld or None, grounds=grounds)


def _present(raw: Mapping[str, Any], door: Door, now: datetime) -> dict[str, Any]:
    """The fields that are there, with what the door itself knows."""
    cleaned = {key: clean(value) if isinstance(value, str) else value for key, value in raw.items()}
    fields = {key: value for key, value in cleaned.items() if value is not None and value != ""}
    if door is Door.SCRAPER:
        fields.pop("company_domain", None)
        return fields
    if door is Door.CRM:
        return fields | {"source_type": SourceType.CRM}
    return {"source_name": "direct", "scraped_at": now} | fields | {"source_type": SourceType.DIRECT}


def _basis(fields: Mapping[str, Any]) -> LegalBasis:
    """What is no basis at all is told of later, with all else that is at fault."""
    said = fields.get("legal_basis")
    return LegalBasis(said) if said in _BASES else LegalBasis.LEGITIMATE_INTEREST


def _forbidden(kept: Sequence[Kept]) -> InvalidLead:
    errors = (FieldError(one.field, f"is not taken: {one.reason} (the privacy policy)") for one in kept)
    return InvalidLead(
        tuple(dict.fromkeys(errors)), forbidden=tuple(dict.fromkeys(one.field for one in kept))
    )


def _nobody(fields: Mapping[str, Any], door: Door) -> tuple[FieldError, ...]:
    wanted = _IDENTITIES[door]
    if any(name in fields for name in wanted):
        return ()
    return (FieldError(wanted[0], f"is missing: give {' or '.join(wanted)}"),)


def _expired(scraped_at: datetime, now: datetime, grounds: Grounds) -> tuple[FieldError, ...]:
    try:
        until = grounds.until(scraped_at)
    except OverflowError:
        return (FieldError("scraped_at", "lies too far in the future: give when the lead was seen"),)
    if until > now:
        return ()
    days = grounds.retention_days
    return (FieldError("scraped_at", f"is past its retention of {days} days: collect the lead anew"),)


def _checked(check: Callable[[str], Any], complaint: str) -> BeforeValidator:
    """A validator for text: what ``check`` makes of it, or the complaint where that is ``None``."""

    def validate(value: Any) -> Any:
        result = check(value) if isinstance(value, str) else None
        if result is None:
            raise ValueError(complaint)
        return result

    return BeforeValidator(validate)


def _profile(text: str) -> str | None:
    slug = profile_slug(text)
    return canonical_url(slug) if slug else None


def _moment(value: Any) -> datetime:
    moment = read_moment(value.isoformat() if isinstance(value, datetime) else value)
    if moment is None:
        raise ValueError("must be an ISO 8601 date and time, such as 2026-01-15T10:00:00Z")
    return moment


def _scraped_type(text: str) -> SourceType | None:
    return SourceType(text) if text in _SCRAPED else None


_Name = Annotated[str, StringConstraints(max_length=100)]
_Title = Annotated[str, StringConstraints(max_length=200)]
_Moment = Annotated[datetime, BeforeValidator(_moment)]


class _Arrival(BaseModel):
    """The fields of a lead, each with its check."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    linkedin_url: Annotated[
        str | None, _checked(_profile, "must be a person's LinkedIn address: https://www.linkedin.com/in/…")
    ] = None
    email: Annotated[str | None, _checked(normal_email, "must be an e-mail address")] = None
    company_domain: Annotated[str | None, _checked(normal_host, "must be a domain such as acme.com")] = None
    first_name: _Name | None = None
    last_name: _Name | None = None
    company_name: _Title | None = None
    source_type: SourceType
    source_name: _Title
    source_url: Annotated[
        str | None,
        _checked(lambda text: text if is_web_url(text) else None, "must be a URL with http:// or https://"),
    ] = None
    engagement_action: str | None = None
    engagement_content: Annotated[str, StringConstraints(max_length=5000)] | None = None
    scraped_at: _Moment
    legal_basis: Annotated[
        LegalBasis | None,
        _checked(
            lambda text: LegalBasis(text) if text in _BASES else None, f"must be one of {', '.join(_BASES)}"
        ),
    ] = None


class _Scraped(_Arrival):
    """What scrapers may say of themselves."""

    source_type: Annotated[SourceType, _checked(_scraped_type, f"must be one of {', '.join(_SCRAPED)}")]


def _field_error(error: ErrorDetails) -> FieldError:
    """A validation error in words that a person can act on."""
    context = error.get("ctx", {})
    messages = {
        "missing": "is missing",
        "string_type": "must be text",
        "string_too_long": f"is longer than {context.get('max_length')} characters",
        "value_error": str(context.get("error")),
    }
    return FieldError(str(error["loc"][0]), messages.get(error["type"], error["msg"]))
