"""What a caller of ``POST /leads`` delivers, read and judged lead by lead."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from alpha_swarm.api.problems import Problem
from alpha_swarm.domain.doors.intake import FieldError, InvalidLead, read_lead
from alpha_swarm.domain.leads.lead import LeadInput

if TYPE_CHECKING:
    from datetime import datetime

    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.ports.records import Taken

MOST_LEADS = 1000
_SUPPRESSED = {"field": "", "message": "suppressed: this person has asked not to be taken in"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The leads of one request; ``indexes`` are the places of the good ones in it."""

    inputs: Sequence[LeadInput]
    indexes: Sequence[int]
    rejected: Sequence[Mapping[str, Any]]
    forbidden: Mapping[str, int]
    """Field → rejected leads that came with it, as the privacy policy names it."""
    key: str | None = None
    """The caller's idempotency key, made the caller's own."""
    digest: bytes = b""
    """SHA-256 of the body, which the key stands for."""

    def answer(self, taken: Sequence[Taken]) -> dict[str, Any]:
        """``accepted`` and ``rejected``, each with its index."""
        placed = list(zip(self.indexes, taken, strict=True))
        accepted = [
            {"index": index, "lead_id": one.lead_id, "duplicate": one.duplicate}
            for index, one in placed
            if not one.suppressed
        ]
        kept_out = [{"index": index, "errors": [_SUPPRESSED]} for index, one in placed if one.suppressed]
        return {"accepted": accepted, "rejected": [*self.rejected, *kept_out]}


def read_delivery(body: bytes, now: datetime, key: str | None, policy: PrivacyPolicy) -> Delivery:
    """One lead object, or ``{"leads": [...]}``.

    Raises:
        Problem: 400 for what is no JSON; 422 for another shape, more than 1000 leads, or a single bad lead.
    """
    document = _parse(body)
    if "leads" in document:
        return _judge(_listed(document["leads"]), now, policy, body, key)
    delivery = _judge([document], now, policy, body, key)
    if delivery.rejected:
        raise _bad_lead(delivery)
    return delivery


def _parse(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise Problem(HTTPStatus.BAD_REQUEST, "not_json", "the body is not JSON in UTF-8") from None
    if not isinstance(document, dict):
        raise _unfit('the body must be a lead object or {"leads": [...]}')
    return document


def _listed(leads: Any) -> list[Any]:
    if not isinstance(leads, list):
        raise _unfit("leads must be a list of lead objects")
    if len(leads) > MOST_LEADS:
        raise _unfit(f"leads may have {MOST_LEADS} members: send the rest in another request")
    return leads


def _unfit(message: str) -> Problem:
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unfit_body", message)


def _bad_lead(delivery: Delivery) -> Problem:
    message = "; ".join(
        f"{error['field']} {error['message']}".strip() for error in delivery.rejected[0]["errors"]
    )
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_lead", message, more=delivery.answer([]))


def _judge(
    leads: Sequence[Any], now: datetime, policy: PrivacyPolicy, body: bytes, key: str | None
) -> Delivery:
    inputs: dict[int, LeadInput] = {}
    rejected: list[dict[str, Any]] = []
    forbidden: Counter[str] = Counter()
    for index, raw in enumerate(leads):
        try:
            inputs[index] = _read(raw, now, policy)
        except InvalidLead as invalid:
            errors = [{"field": error.field, "message": error.message} for error in invalid.errors]
            forbidden.update(invalid.forbidden)
            rejected.append({"index": index, "errors": errors})
    return Delivery(
        inputs=list(inputs.values()),
        indexes=list(inputs),
        rejected=rejected,
        forbidden=forbidden,
        key=key,
        digest=hashlib.sha256(body).digest() if key else b"",
    )


def _read(raw: Any, now: datetime, policy: PrivacyPolicy) -> LeadInput:
    if not isinstance(raw, dict):
        raise InvalidLead((FieldError("", "must be an object"),))
    return read_lead(raw, now=now, policy=policy)
