"""GoHighLevel as a service: its operations, limit, keys, and its part of the ledger."""

from __future__ import annotations

import uuid
import zlib
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.exchange import Call, Operation, Refusal, Reply, Service
from alpha_swarm.sandbox.ghl import checks
from alpha_swarm.sandbox.ghl.contacts import Contact, Contacts
from alpha_swarm.sandbox.ghl.errors import bad_request, failure, unprocessable
from alpha_swarm.sandbox.ghl.fields import CustomFields
from alpha_swarm.sandbox.ghl.following import follow
from alpha_swarm.sandbox.ghl.opportunities import Opportunities
from alpha_swarm.sandbox.ghl.search import Index
from alpha_swarm.sandbox.ghl.tokens import Tokens
from alpha_swarm.sandbox.limits import Limit

if TYPE_CHECKING:
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings

_VERSION = "2021-07-28"
_BURST = Limit("ghl", 100, 10)
_DAILY = 200_000


class Ghl:
    """GoHighLevel's API v2, as far as contacts go."""

    def __init__(self, settings: SandboxSettings, log: Log) -> None:
        self._settings = settings
        self._log = log
        self.contacts = Contacts(self._drops_phone)
        self._fields = CustomFields()
        self.deals = Opportunities(self.contacts.by_id, settings, log)
        self._index = Index(settings.ghl_index_lag_seconds)
        self._tokens = Tokens(settings)

    def services(self) -> tuple[Service, ...]:
        """GoHighLevel behind `/ghl`; a token is had without one."""
        calls = Service("ghl", "/ghl", self._operations(), self._admit, failure, self._pace)
        return (calls, self._tokens.service())

    def reset(self) -> None:
        """Remove contacts and custom fields; no token of ours is known any more."""
        self.contacts.reset()
        self._fields.reset()
        self.deals.reset()
        self._index.reset()
        self._tokens.reset()

    def _operations(self) -> tuple[Operation, ...]:
        contact, tags = "/contacts/{contact_id}", "/contacts/{contact_id}/tags"
        fields = "/locations/{location_id}/customFields"
        calls = (
            # Routes are tried in turn: what is called most stands first.
            ("getContact", "GET", contact, self._get),
            ("updateContact", "PUT", contact, self._update),
            ("upsertContact", "POST", "/contacts/upsert", self._upsert),
            ("createContact", "POST", "/contacts/", self._create),
            ("searchContacts", "POST", "/contacts/search", self._search),
            ("findDuplicate", "GET", "/contacts/search/duplicate", self._duplicate),
            ("getLocation", "GET", "/locations/{location_id}", self._location),
            ("deleteContact", "DELETE", contact, self._delete),
            ("addTags", "POST", tags, self._add_tags),
            ("removeTags", "DELETE", tags, self._remove_tags),
            ("listCustomFields", "GET", fields, self._list_fields),
            ("createCustomField", "POST", fields, self._create_field),
            ("listPipelines", "GET", "/opportunities/pipelines", self.deals.pipelines),
            ("searchOpportunities", "GET", "/opportunities/search", self.deals.search),
            ("createOpportunity", "POST", "/opportunities/", self.deals.create),
            ("listUsers", "GET", "/users/", self.deals.users),
        )
        return tuple(
            Operation(name, method, path, handler, _BURST, lambda call: call.token)
            for name, method, path, handler in calls
        )

    def _admit(self, call: Call) -> None:
        if not self._tokens.valid(call.token, call.now):
            raise Refusal(failure(401, "Invalid token: access token is invalid", 0.0))
        if call.headers.get("version") != _VERSION:
            raise unprocessable([f"version header must be {_VERSION}"])

    def _pace(self, limit: Limit, remaining: int) -> dict[str, str]:
        return {
            "X-RateLimit-Max": str(limit.calls),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Interval-Milliseconds": str(int(limit.seconds * 1000)),
            "X-RateLimit-Limit-Daily": str(_DAILY),
            "X-RateLimit-Daily-Remaining": str(max(0, _DAILY - self._log.tally("ghl", "call").total())),
        }

    def _upsert(self, call: Call) -> Reply:
        location, body = self._body(call, checks.UPSERT)
        now = call.now
        match = self.contacts.match(location, body.get("email"), body.get("phone"))
        if match is None:
            contact = self.contacts.create(location, body, now)
        else:
            contact = match[0]
            self.contacts.write(contact, body, now)
        self._log.record("ghl", "upsert", contact.id)
        shown = self._written(contact, body, call)
        return Reply(200, {"new": match is None, "contact": shown, "traceId": str(uuid.uuid4())})

    def _create(self, call: Call) -> Reply:
        location, body = self._body(call, checks.CREATE)
        unique = self._settings.ghl_unique
        match = self.contacts.match(location, body.get("email"), body.get("phone"), unique)
        if match is not None and not self._settings.ghl_allow_duplicates:
            meta = {"contactId": match[0].id, "matchingField": match[1]}
            raise bad_request("This location does not allow duplicated contacts.", meta=meta)
        contact = self.contacts.create(location, body, call.now)
        self._log.record("ghl", "create", contact.id)
        return Reply(201, {"contact": self._written(contact, body, call)})

    def _duplicate(self, call: Call) -> Reply:
        location = call.query.get("locationId")
        if not location:
            raise bad_request("locationId is required")
        match = self.contacts.match(location, call.query.get("email"), call.query.get("number"))
        return Reply(200, {"contact": match[0].describe() if match else None})

    def _search(self, call: Call) -> Reply:
        if isinstance(call.body, dict) and "sort" in call.body:
            return Reply(200, follow(self.contacts.by_id.values(), call.body))
        if self._settings.ghl_search == "refuse":
            raise bad_request("Invalid field")
        ignoring = self._settings.ghl_search == "ignore"
        found, total = self._index.search(call.body, call.now, ignoring=ignoring)
        return Reply(200, {"contacts": found, "total": total, "traceId": str(uuid.uuid4())})

    def _location(self, call: Call) -> Reply:
        told = {
            "allowDuplicateContact": self._settings.ghl_allow_duplicates,
            "allowDuplicateOpportunity": False,
            "contactUniqueIdentifiers": list(self._settings.ghl_unique),
        }
        return Reply(200, {"location": {"id": call.path["location_id"], "settings": told}})

    def _get(self, call: Call) -> Reply:
        return Reply(200, {"contact": self._contact(call).describe()})

    def _update(self, call: Call) -> Reply:
        contact = self._contact(call)
        body = checks.check_contact(call.body, checks.UPDATE, set(self._fields.of(contact.location_id)))
        self.contacts.write(contact, body, call.now)
        self._log.record("ghl", "update", contact.id)
        return Reply(200, {"succeded": True, "contact": self._written(contact, body, call)})

    def _delete(self, call: Call) -> Reply:
        contact = self._contact(call)
        self.contacts.delete(contact, call.now)
        self._index.tell(contact.id, None, call.now)
        self._log.record("ghl", "delete", contact.id)
        return Reply(200, {"succeded": True})

    def _add_tags(self, call: Call) -> Reply:
        contact = self._contact(call)
        contact.tags = list(dict.fromkeys(contact.tags + checks.check_tags(call.body)))
        self._log.record("ghl", "tags", contact.id)
        return Reply(201, {"tags": contact.tags})

    def _remove_tags(self, call: Call) -> Reply:
        contact = self._contact(call)
        removed = checks.check_tags(call.body)
        contact.tags = [tag for tag in contact.tags if tag not in removed]
        self._log.record("ghl", "tags", contact.id)
        return Reply(200, {"tags": contact.tags})

    def _list_fields(self, call: Call) -> Reply:
        return Reply(200, {"customFields": list(self._fields.of(call.path["location_id"]).values())})

    def _create_field(self, call: Call) -> Reply:
        return Reply(201, {"customField": self._fields.create(call.path["location_id"], call.body)})

    def _body(self, call: Call, allowed: frozenset[str]) -> tuple[str, dict[str, Any]]:
        """The location and the checked body of a call that names its location."""
        location = call.body.get("locationId") if isinstance(call.body, dict) else None
        if not isinstance(location, str) or not location:
            raise unprocessable(["locationId must be a string"])
        return location, checks.check_contact(call.body, allowed, set(self._fields.of(location)))

    def _contact(self, call: Call) -> Contact:
        contact = self.contacts.by_id.get(call.path["contact_id"])
        if contact is None:
            raise bad_request("Contact not found")
        return contact

    def _written(self, contact: Contact, body: dict[str, Any], call: Call) -> dict[str, Any]:
        """The contact as the answer shows it: with what was sent, kept or not."""
        for _ in range(checks.blanks(body)):
            self._log.record("ghl", "blank")
        described = contact.describe()
        self._index.tell(contact.id, described, call.now)
        return {**described, "phone": body["phone"]} if body.get("phone") else described

    def _drops_phone(self, phone: str) -> bool:
        share = self._settings.ghl_phone_drop
        return share > 0 and zlib.crc32(f"{self._settings.seed}:{phone}".encode()) < share * 2**32


def ledger(ghl: Ghl, log: Log, *, detail: bool) -> dict[str, Any]:
    """GoHighLevel's part of `GET /_sandbox/ledger`."""
    contacts, deals = ghl.contacts, ghl.deals
    sums: dict[str, Any] = {
        "contacts": len(contacts.by_id),
        "creates": log.count("ghl", "create"),
        "upserts": log.count("ghl", "upsert"),
        "updates": log.count("ghl", "update"),
        "deletes": log.count("ghl", "delete"),
        "duplicate_emails": contacts.shared_emails(),
        "blanks_written": log.count("ghl", "blank"),
        "deals": len(deals.by_id),
        "doubled_deals": deals.doubled(),
        "tag_calls": log.count("ghl", "tags"),
        "rate_limited": log.count("ghl", "rate_limited"),
        "calls": dict(log.tally("ghl", "call")),
    }
    if detail:
        sums["contact_list"] = [contact.describe() for contact in contacts.by_id.values()]
        sums["deal_list"] = list(deals.by_id.values())
    return sums
