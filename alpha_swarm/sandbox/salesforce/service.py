"""Salesforce as a service: its operations, limit, tokens, and its part of the ledger."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.exchange import Call, Operation, Reply, Service
from alpha_swarm.sandbox.limits import Limit
from alpha_swarm.sandbox.salesforce.batches import Batches
from alpha_swarm.sandbox.salesforce.errors import failure, refusal
from alpha_swarm.sandbox.salesforce.org import EXTERNAL_ID, Org
from alpha_swarm.sandbox.salesforce.queries import Queries
from alpha_swarm.sandbox.salesforce.records import Records
from alpha_swarm.sandbox.salesforce.saving import Saving
from alpha_swarm.sandbox.salesforce.singles import Singles, check_object
from alpha_swarm.sandbox.salesforce.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings

PREFIX = "/salesforce"
DAILY = 100_000
_DAY = Limit("salesforce", DAILY, 86_400)
_VERSION = re.compile(r"v\d\d\.0")
_LONGEST_URL = 16_384


class Salesforce:
    """One org's REST API, as far as leads go."""

    def __init__(self, settings: SandboxSettings, log: Log) -> None:
        self._keys = settings.salesforce_api_keys
        self._log = log
        self.org = Org(settings.salesforce)
        self.records = Records()
        self.tokens = Tokens(self.org)
        self.saving = Saving(self.org, self.records, log, settings.seed)
        self._queries = Queries(self.org, self.records)
        self._singles = Singles(self.org, self.records, self.saving)
        self._batches = Batches(self.org, self.records, self.saving)

    def services(self) -> tuple[Service, ...]:
        """The API below the org's address, and the door for tokens."""
        service = Service("salesforce", PREFIX, self._operations(), self._admit, failure, self._pace)
        return (self.tokens.service(), service)

    def reset(self) -> None:
        """An empty org, as it was at the start."""
        for part in (self.org, self.records, self.tokens, self.saving, self._queries):
            part.reset()

    def _operations(self) -> tuple[Operation, ...]:
        one, several = "/sobjects/{object}", "/composite/sobjects"
        singles, batches = self._singles, self._batches
        calls: tuple[tuple[str, str, str, Callable[[Call], Reply]], ...] = (
            ("upsertCollection", "PATCH", several + "/{object}/{field}", batches.upsert),
            ("updateCollection", "PATCH", several, batches.update),
            ("deleteCollection", "DELETE", several, batches.delete),
            ("createCollection", "POST", several, batches.create),
            ("readCollection", "POST", several + "/{object}", batches.read),
            ("readCollectionByUrl", "GET", several + "/{object}", batches.read),
            ("query", "GET", "/query", self._query),
            ("queryMore", "GET", "/query/{locator}", self._more),
            ("limits", "GET", "/limits", self._limits),
            ("describe", "GET", one + "/describe", lambda _call: Reply(200, self.org.describe())),
            ("createRecord", "POST", one, singles.create),
            ("getRecord", "GET", one + "/{record_id}", singles.get),
            ("updateRecord", "PATCH", one + "/{record_id}", singles.update),
            ("deleteRecord", "DELETE", one + "/{record_id}", singles.delete),
            ("upsertRecord", "PATCH", one + "/{field}/{value}", singles.upsert),
        )
        return tuple(
            Operation(name, method, "/services/data/{version}" + path, handler, _DAY)
            for name, method, path, handler in calls
        )

    def _admit(self, call: Call) -> None:
        minted = self.tokens.valid(call.token, call.now)
        if not minted or (self._keys and call.token not in self._keys):
            raise refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")
        if not _VERSION.fullmatch(call.path.get("version", "v67.0")):
            raise refusal(404, "NOT_FOUND", "The requested resource does not exist")
        if call.url_size > _LONGEST_URL:
            raise refusal(414, "URI_TOO_LONG", "the request line is longer than 16,384 bytes")
        check_object(call)

    def _pace(self, limit: Limit, remaining: int) -> dict[str, str]:
        used = limit.calls - remaining
        return {"Sforce-Limit-Info": f"api-usage={used}/{limit.calls}"}

    def _query(self, call: Call) -> Reply:
        return Reply(200, self._queries.run(call.query.get("q", "")))

    def _more(self, call: Call) -> Reply:
        return Reply(200, self._queries.more(call.path["locator"]))

    def _limits(self, _call: Call) -> Reply:
        used = self._log.tally("salesforce", "call").total()
        return Reply(200, {"DailyApiRequests": {"Max": DAILY, "Remaining": max(0, DAILY - used)}})


def ledger(salesforce: Salesforce, log: Log, *, detail: bool) -> dict[str, Any]:
    """Salesforce's part of `GET /_sandbox/ledger`."""
    records = salesforce.records
    sums: dict[str, Any] = {
        "records": len(records.all()),
        "in_recycle_bin": records.binned(),
        "creates": log.count("salesforce", "create"),
        "updates": log.count("salesforce", "update"),
        "deletes": log.count("salesforce", "delete"),
        "duplicate_emails": records.shared("Email"),
        "duplicate_external_ids": records.shared(EXTERNAL_ID),
        "blanks_written": log.count("salesforce", "blank"),
        "human_edits_overwritten": log.count("salesforce", "human_edit_overwritten"),
        "rate_limited": log.count("salesforce", "rate_limited"),
        "calls": dict(log.tally("salesforce", "call")),
    }
    if detail:
        sums["record_list"] = [record.describe(salesforce.org.fields) for record in records.all()]
    return sums
