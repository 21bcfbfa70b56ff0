"""The leads of the workspace, each in one campaign or list, with an index by e-mail."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from alpha_swarm.sandbox.instantly.checks import is_email

_ORGANISATION = str(uuid.UUID(int=0xA1FA))
_UPLOADED = "leads_uploaded"
COUNTERS = (
    _UPLOADED,
    "in_blocklist",
    "duplicated_leads",
    "skipped_count",
    "invalid_email_count",
    "incomplete_count",
    "duplicate_email_count",
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where leads go: a `campaign` or a `list`, by id."""

    kind: str
    id: str


@dataclass(slots=True)
class Lead:
    """One lead; `values` are the keys as they were sent."""

    id: str
    target: Target
    values: dict[str, Any]
    created: str
    updated: str

    @property
    def email(self) -> str:
        """The e-mail in lower case, or an empty text."""
        return (self.values.get("email") or "").lower()

    def describe(self) -> dict[str, Any]:
        """The lead as the contract's `Lead`."""
        variables = self.values.get("custom_variables", {})
        plain = {name: value for name, value in self.values.items() if name != "custom_variables"}
        return {
            "id": self.id,
            "timestamp_created": self.created,
            "timestamp_updated": self.updated,
            "organization": _ORGANISATION,
            "campaign": self.target.id if self.target.kind == "campaign" else None,
            "list_id": self.target.id if self.target.kind == "list" else None,
            "status": 1,
            "email_open_count": 0,
            "email_reply_count": 0,
            "email_click_count": 0,
            "company_domain": self.email.rpartition("@")[2],
            "status_summary": {},
            "upload_method": "api",
            "payload": {name: value for name, value in plain.items() if value is not None} | variables,
            **plain,
        }


@dataclass(slots=True)
class Upload:
    """What became of the leads of one request."""

    created: list[tuple[int, Lead]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def forget_last(self) -> None:
        """What is told of it falls short of what was done."""
        self.created.pop()
        self.counts[_UPLOADED] -= 1


class Leads:
    """All leads, and the block list (e-mails and domains in lower case)."""

    def __init__(self) -> None:
        self.by_id: dict[str, Lead] = {}
        self.blocked: set[str] = set()
        self._by_email: dict[str, dict[str, None]] = {}
        self._moves: dict[str, tuple[float, Target]] = {}

    def upload(self, target: Target, leads: list[dict[str, Any]], flags: dict[str, Any], now: str) -> Upload:
        """Add what may be added; every lead falls under exactly one counter."""
        upload = Upload()
        seen: set[str] = set()
        for index, values in enumerate(leads):
            email = (values.get("email") or "").lower()
            verdict = (
                "duplicate_email_count" if email and email in seen else self._verdict(target, values, flags)
            )
            seen.add(email)
            upload.counts[verdict] += 1
            if verdict == _UPLOADED:
                upload.created.append((index, self._create(target, values, now)))
        return upload

    def with_email(self, email: str) -> list[Lead]:
        """The leads with the e-mail."""
        return [self.by_id[lead_id] for lead_id in self._by_email.get(email.lower(), ())]

    def delete(self, lead: Lead) -> None:
        """Remove a lead."""
        del self.by_id[lead.id]
        holders = self._by_email.get(lead.email, {})
        holders.pop(lead.id, None)
        if not holders:
            self._by_email.pop(lead.email, None)

    def order_move(self, lead: Lead, target: Target, due: float) -> None:
        """The last order holds."""
        self._moves[lead.id] = (due, target)

    def move_those_due(self, now: float) -> None:
        """What was ordered long enough ago takes place."""
        for lead_id, (_, target) in [(key, one) for key, one in self._moves.items() if one[0] <= now]:
            del self._moves[lead_id]
            if lead_id in self.by_id:
                self.by_id[lead_id].target = target

    def shared_emails(self) -> int:
        """How many leads have an e-mail that an earlier lead has."""
        return sum(len(holders) - 1 for email, holders in self._by_email.items() if email)

    def reset(self) -> None:
        """Remove all, and empty the block list."""
        self.by_id.clear()
        self.blocked.clear()
        self._by_email.clear()
        self._moves.clear()

    def _verdict(self, target: Target, values: dict[str, Any], flags: dict[str, Any]) -> str:
        email = (values.get("email") or "").lower()
        if target.kind == "list" and not any(
            values.get(name) for name in ("email", "first_name", "last_name")
        ):
            return "incomplete_count"
        if not is_email(email) and (email or target.kind == "campaign"):
            return "invalid_email_count"
        if not self.blocked.isdisjoint({email, email.rpartition("@")[2]}):
            return "in_blocklist"
        standing = [lead.target for lead in self.with_email(email)] if email else []
        if _skipped(standing, flags):
            return "skipped_count"
        return "duplicated_leads" if target in standing else _UPLOADED

    def _create(self, target: Target, values: dict[str, Any], now: str) -> Lead:
        lead = Lead(str(uuid.uuid4()), target, dict(values), now, now)
        self.by_id[lead.id] = lead
        self._by_email.setdefault(lead.email, {})[lead.id] = None
        return lead


def _skipped(standing: list[Target], flags: dict[str, Any]) -> bool:
    """Whether a flag tells to skip a lead that stands at these targets already."""
    kinds = {target.kind for target in standing}
    if flags.get("skip_if_in_workspace"):
        return bool(kinds)
    in_campaign = flags.get("skip_if_in_campaign") and "campaign" in kinds
    in_list = flags.get("skip_if_in_list") and "list" in kinds
    return bool(in_campaign or in_list)
