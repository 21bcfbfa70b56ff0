"""Instantly as a service: its operations, limit, keys, and its part of the ledger."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.exchange import Call, Operation, Refusal, Reply, Service
from alpha_swarm.sandbox.instantly.checks import (
    check_add,
    check_move,
    check_object,
    check_patch,
    check_values,
    is_domain,
    is_email,
    is_uuid,
)
from alpha_swarm.sandbox.instantly.errors import bad_request, failure, not_found
from alpha_swarm.sandbox.instantly.leads import COUNTERS, Lead, Leads, Target
from alpha_swarm.sandbox.limits import Limit

if TYPE_CHECKING:
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings

_BURST = Limit("instantly", 100, 1)
_PLAN = 100_000
_MOST_LISTED = 100
_EPOCH = "2026-01-01T00:00:00.000Z"


class Instantly:
    """Instantly's API v2, as far as leads go."""

    def __init__(self, settings: SandboxSettings, log: Log) -> None:
        self._settings = settings
        self._log = log
        self.leads = Leads()

    def service(self) -> Service:
        """Instantly behind `/instantly/api/v2`."""
        prefix = "/instantly/api/v2"
        return Service(
            "instantly", prefix, self._operations(), self._admit, failure, lambda _limit, _left: {}
        )

    def reset(self) -> None:
        """Remove leads and block list."""
        self.leads.reset()

    def _operations(self) -> tuple[Operation, ...]:
        calls = (
            ("addLeads", "POST", "/leads/add", self._add),
            ("listLeads", "POST", "/leads/list", self._list),
            ("moveLeads", "POST", "/leads/move", self._move),
            ("getLead", "GET", "/leads/{lead_id}", self._get),
            ("updateLead", "PATCH", "/leads/{lead_id}", self._update),
            ("deleteLead", "DELETE", "/leads/{lead_id}", self._delete),
            ("listCampaigns", "GET", "/campaigns", self._list_campaigns),
            ("getCampaign", "GET", "/campaigns/{campaign_id}", self._get_campaign),
            ("blockEmail", "POST", "/block-lists-entries", self._block),
            ("blockEmails", "POST", "/block-lists-entries/bulk-create", self._block_many),
        )
        return tuple(Operation(name, method, path, handler, _BURST) for name, method, path, handler in calls)

    def _admit(self, call: Call) -> None:
        keys = self._settings.instantly_api_keys
        if not call.token or (keys and call.token not in keys):
            raise Refusal(failure(401, "Invalid API key", 0.0))
        self.leads.move_those_due(call.now)

    def _add(self, call: Call) -> Reply:
        kind, target_id, leads = check_add(call.body)
        if kind == "campaign":
            self._campaign(target_id)
        upload = self.leads.upload(Target(kind, target_id), leads, call.body, _timestamp(call.now))
        for _, lead in upload.created:
            self._log.record("instantly", "add", lead.id)
        self._log.record("instantly", "refused", "", len(leads) - len(upload.created))
        if self._settings.instantly_miscounts and upload.created:
            upload.forget_last()
        return Reply(200, {
            "status": "success",
            "total_sent": len(leads),
            **{name: upload.counts[name] for name in COUNTERS},
            "blocklist_used": None,
            "remaining_in_plan": max(0, _PLAN - len(self.leads.by_id)) if kind == "campaign" else None,
            "created_leads": [
                {"index": index, "id": lead.id, "email": lead.values.get("email")}
                for index, lead in upload.created
            ],
        })  # fmt: skip

    def _list(self, call: Call) -> Reply:
        body = check_object(call.body)
        limit = body.get("limit", 10)
        if not isinstance(limit, int) or not 1 <= limit <= _MOST_LISTED:
            raise bad_request(f"body/limit must lie between 1 and {_MOST_LISTED}")
        found = self._matching(body)
        after = body.get("starting_after")
        start = next((place + 1 for place, lead in enumerate(found) if lead.id == after), 0) if after else 0
        page = found[start : start + limit]
        answer: dict[str, Any] = {"items": [lead.describe() for lead in page]}
        if start + limit < len(found):
            answer["next_starting_after"] = page[-1].id
        return Reply(200, answer)

    def _matching(self, body: dict[str, Any]) -> list[Lead]:
        """The leads that pass the filters `contacts`, `ids`, `campaign` and `list_id`."""
        if "contacts" in body:
            emails = dict.fromkeys(str(email).lower() for email in body["contacts"])
            found = [lead for email in emails for lead in self.leads.with_email(email)]
        else:
            found = list(self.leads.by_id.values())
        targets = {
            Target(kind, body[name])
            for kind, name in (("campaign", "campaign"), ("list", "list_id"))
            if name in body
        }
        ids = set(body["ids"]) if "ids" in body else None
        return [
            lead
            for lead in found
            if (not targets or lead.target in targets) and (ids is None or lead.id in ids)
        ]

    def _move(self, call: Call) -> Reply:
        """Those of the ids that stand in the campaign or list that is named, unless the goal has them."""
        body = check_object(call.body)
        source, goal = (Target(*place) for place in check_move(body))
        if goal.kind == "campaign":
            self._campaign(goal.id)
        for lead in [self.leads.by_id[one] for one in body["ids"] if one in self.leads.by_id]:
            there = any(one.target == goal for one in self.leads.with_email(lead.email))
            if lead.target == source and not there:
                self.leads.order_move(lead, goal, call.now + self._settings.instantly_move_seconds)
                self._log.record("instantly", "move", lead.id)
        return Reply(200, {
            "id": str(uuid.uuid4()),
            "workspace_id": str(uuid.UUID(int=0xA1FA)),
            "type": "move-leads",
            "progress": 0,
            "status": "pending",
            "created_at": _timestamp(call.now),
            "updated_at": _timestamp(call.now),
        })  # fmt: skip

    def _get(self, call: Call) -> Reply:
        return Reply(200, self._lead(call).describe())

    def _update(self, call: Call) -> Reply:
        lead = self._lead(call)
        lead.values |= check_patch(call.body)
        lead.updated = _timestamp(call.now)
        self._log.record("instantly", "update", lead.id)
        return Reply(200, lead.describe())

    def _delete(self, call: Call) -> Reply:
        lead = self._lead(call)
        self.leads.delete(lead)
        self._log.record("instantly", "delete", lead.id)
        return Reply(200, lead.describe())

    def _list_campaigns(self, _call: Call) -> Reply:
        used = {lead.target.id for lead in self.leads.by_id.values() if lead.target.kind == "campaign"}
        known = sorted(self._settings.instantly_campaign_ids | used)
        return Reply(200, {"items": [_campaign(one) for one in known[:_MOST_LISTED]]})

    def _get_campaign(self, call: Call) -> Reply:
        return Reply(200, self._campaign(call.path["campaign_id"]))

    def _block(self, call: Call) -> Reply:
        value = check_object(call.body).get("bl_value")
        if not isinstance(value, str) or not value or len(call.body) != 1:
            raise bad_request("body must have bl_value alone")
        return Reply(200, self._entry(value, call.now))

    def _block_many(self, call: Call) -> Reply:
        """What is neither an e-mail nor a domain is counted and left out, with a 200 all the same."""
        values = check_values(call.body)
        valid = [value for value in values if is_email(value) or is_domain(value)]
        return Reply(200, {
            "items": [self._entry(value, call.now) for value in valid],
            "valid_count": len(valid),
            "invalid_count": len(values) - len(valid),
        })  # fmt: skip

    def _entry(self, value: str, now: float) -> dict[str, Any]:
        self.leads.blocked.add(value.lower())
        self._log.record("instantly", "block")
        return {
            "id": str(uuid.uuid4()),
            "timestamp_created": _timestamp(now),
            "organization_id": str(uuid.UUID(int=0xA1FA)),
            "bl_value": value,
            "is_domain": "@" not in value,
        }

    def _lead(self, call: Call) -> Lead:
        lead = self.leads.by_id.get(call.path["lead_id"])
        if lead is None:
            raise not_found("lead")
        return lead

    def _campaign(self, campaign_id: str) -> dict[str, Any]:
        """The campaign; any UUID is one as long as the settings name none."""
        known = self._settings.instantly_campaign_ids
        if not is_uuid(campaign_id) or (known and campaign_id not in known):
            raise not_found("campaign")
        return _campaign(campaign_id)


def _campaign(campaign_id: str) -> dict[str, Any]:
    hours = {"name": "weekdays", "timing": {"from": "09:00", "to": "17:00"}, "days": {"1": True}}
    return {
        "id": campaign_id,
        "name": f"Campaign {campaign_id[:8]}",
        "status": 0,
        "campaign_schedule": {"schedules": [hours | {"timezone": "America/Chicago"}]},
        "timestamp_created": _EPOCH,
        "timestamp_updated": _EPOCH,
    }


def _timestamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ledger(leads: Leads, log: Log, *, detail: bool) -> dict[str, Any]:
    """Instantly's part of `GET /_sandbox/ledger`."""
    sums: dict[str, Any] = {
        "leads": len(leads.by_id),
        "adds": log.count("instantly", "add"),
        "not_added": int(log.amount("instantly", "refused")),
        "updates": log.count("instantly", "update"),
        "moves": log.count("instantly", "move"),
        "deletes": log.count("instantly", "delete"),
        "blocked": len(leads.blocked),
        "duplicate_emails": leads.shared_emails(),
        "rate_limited": log.count("instantly", "rate_limited"),
        "calls": dict(log.tally("instantly", "call")),
    }
    if detail:
        sums["lead_list"] = [lead.describe() for lead in leads.by_id.values()]
    return sums
