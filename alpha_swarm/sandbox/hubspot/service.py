"""HubSpot as a service: its operations, limits and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.sandbox.exchange import Call, Operation, Refusal, Reply, Service
from alpha_swarm.sandbox.hubspot.account import Account
from alpha_swarm.sandbox.hubspot.batches import Batches
from alpha_swarm.sandbox.hubspot.errors import failure
from alpha_swarm.sandbox.hubspot.portal import Portal
from alpha_swarm.sandbox.hubspot.records import Records
from alpha_swarm.sandbox.limits import Limit

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings

    Calls = tuple[tuple[str, str, str, Callable[[Call], Reply]], ...]

_VERSIONS = frozenset({"2026-03", "2026-09"})
_BURST = Limit("hubspot", 190, 10)
_SEARCH = Limit("hubspot.search", 5, 1, told=False)
_DAY = 86_400.0
_CONTACTS = "/crm/objects/{version}/contacts"
_PROPERTIES = "/crm/properties/{version}/contacts"


class HubSpot:
    """HubSpot's date-based API, as far as contacts go."""

    def __init__(self, settings: SandboxSettings, log: Log) -> None:
        self._settings = settings
        self._log = log
        self.portal = Portal(settings, log)
        self._account = Account(self.portal)

    def services(self) -> tuple[Service, ...]:
        """HubSpot behind `/hubspot`; a token is had without one."""
        token = Operation("refreshToken", "POST", "/{version}/token", self._account.token, raw=True)
        oauth = Service("hubspot", "/hubspot/oauth", (token,), self._known_version, failure, self._pace)
        return (Service("hubspot", "/hubspot", self._operations(), self._admit, failure, self._pace), oauth)

    def reset(self) -> None:
        """Empty the portal."""
        self.portal.reset()
        self._account.reset()

    def _operations(self) -> tuple[Operation, ...]:
        calls = self._batch_calls() + self._record_calls() + self._account_calls() + self._deal_calls()
        return tuple(
            Operation(name, method, path, handler, _SEARCH if name == "search" else _BURST)
            for name, method, path, handler in calls
        )

    def _batch_calls(self) -> Calls:
        batches, path = Batches(self.portal), f"{_CONTACTS}/batch"
        return (
            ("batchUpsert", "POST", f"{path}/upsert", batches.upsert),
            ("batchUpdate", "POST", f"{path}/update", batches.update),
            ("batchRead", "POST", f"{path}/read", batches.read),
            ("batchCreate", "POST", f"{path}/create", batches.create),
            ("batchArchive", "POST", f"{path}/archive", batches.archive),
        )

    def _record_calls(self) -> Calls:
        records, contact = Records(self.portal), f"{_CONTACTS}/{{contact_id}}"
        company = f"{contact}/associations/default/companies/{{company_id}}"
        return (
            ("search", "POST", f"{_CONTACTS}/search", records.search),
            ("gdprDelete", "POST", f"{_CONTACTS}/gdpr-delete", records.erase),
            ("merge", "POST", f"{_CONTACTS}/merge", records.merge),
            ("createContact", "POST", _CONTACTS, records.create),
            ("getContact", "GET", contact, records.get),
            ("updateContact", "PATCH", contact, records.update),
            ("deleteContact", "DELETE", contact, records.delete),
            ("associateCompany", "PUT", company, records.associate),
        )

    def _account_calls(self) -> Calls:
        account = self._account
        return (
            ("accountDetails", "GET", "/account-info/{version}/details", account.details),
            ("listProperties", "GET", _PROPERTIES, account.list_properties),
            ("createProperty", "POST", _PROPERTIES, account.create_property),
            ("createGroup", "POST", f"{_PROPERTIES}/groups", account.create_group),
        )

    def _deal_calls(self) -> Calls:
        deals, objects = self.portal.deals, "/crm/objects/{version}"
        properties = "/crm/properties/{version}/0-3"
        return (
            ("createDeal", "POST", f"{objects}/deals", deals.create),
            ("batchCreateDeals", "POST", f"{objects}/0-3/batch/create", deals.create_batch),
            ("batchReadDeals", "POST", f"{objects}/0-3/batch/read", deals.read_batch),
            ("listPipelines", "GET", "/crm/pipelines/{version}/0-3", deals.pipelines),
            ("listDealProperties", "GET", properties, deals.list_properties),
            ("createDealProperty", "POST", properties, deals.create_property),
            ("createDealGroup", "POST", f"{properties}/groups", deals.create_group),
            ("listOwners", "GET", "/crm/owners/{version}", deals.owners),
        )

    def _admit(self, call: Call) -> None:
        self._account.admit(call)
        self._known_version(call)
        if self._settings.limits and self._daily_remaining() < 0:
            raise Refusal(failure(429, "", _DAY))

    def _known_version(self, call: Call) -> None:
        if call.path.get("version") not in _VERSIONS:
            raise Refusal(Reply(404, {"status": "error", "message": "resource not found"}))

    def _pace(self, limit: Limit, remaining: int) -> dict[str, str]:
        return {
            "X-HubSpot-RateLimit-Max": str(limit.calls),
            "X-HubSpot-RateLimit-Remaining": str(remaining),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(int(limit.seconds * 1000)),
            "X-HubSpot-RateLimit-Daily": str(self._settings.hubspot_daily),
            "X-HubSpot-RateLimit-Daily-Remaining": str(max(0, self._daily_remaining())),
        }

    def _daily_remaining(self) -> int:
        return self._settings.hubspot_daily - self._log.tally("hubspot", "call").total()
