"""Clay as a service: its operations, limits, keys, idempotency, and its part of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.clay.errors import failure, invalid
from alpha_swarm.sandbox.clay.requests import cut, page_of
from alpha_swarm.sandbox.clay.row_calls import RowCalls
from alpha_swarm.sandbox.clay.tables import parse_table
from alpha_swarm.sandbox.clay.workspace import Workspace
from alpha_swarm.sandbox.exchange import Call, Operation, Refusal, Reply, Service
from alpha_swarm.sandbox.limits import Limit

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.sandbox.clay.tables import Row
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings

_ROWS = Limit("clay.rows", 100, 60)
_ENRICH = Limit("clay.enrich", 50, 60)
_UPDATES = Limit("clay.updates", 200, 60)
_EXPORTS = Limit("clay.exports", 10, 3600)
_MOST_TABLES = 5000
_KEY_SECONDS = 86_400
_LONGEST_KEY = 255


class Clay:
    """Clay's REST v1 over one workspace."""

    def __init__(self, settings: SandboxSettings, log: Log) -> None:
        self._settings = settings
        self.workspace = Workspace(settings, log)
        self._answers: dict[tuple[str, str, str], tuple[float, Reply]] = {}

    def service(self) -> Service:
        """Clay behind `/clay/v1`."""
        return Service("clay", "/clay/v1", self._operations(), self._admit, failure, lambda _limit, _left: {})

    def reset(self) -> None:
        """Empty the workspace and forget the idempotency keys."""
        self.workspace.reset()
        self._answers.clear()

    def _operations(self) -> tuple[Operation, ...]:
        rows = RowCalls(self.workspace)
        table, row = "/tables/{table_id}", "/tables/{table_id}/rows/{row_id}"
        return (
            Operation("listTables", "GET", "/tables", self._list_tables),
            Operation("createTable", "POST", "/tables", self._create_table),
            Operation("addRows", "POST", f"{table}/rows", self._once("addRows", rows.add), _ROWS, _by_table),
            Operation("updateRows", "PATCH", f"{table}/rows", rows.update_many, _UPDATES, _by_table),
            Operation("getRow", "GET", row, rows.get),
            Operation("updateRow", "PATCH", row, rows.update, _UPDATES, _by_table),
            Operation("deleteRow", "DELETE", row, rows.delete),
            Operation("searchRows", "POST", f"{table}/search", rows.search),
            Operation(
                "enrichRows", "POST", f"{table}/enrich", self._once("enrichRows", rows.enrich), _ENRICH
            ),
            Operation("exportRows", "POST", f"{table}/export", rows.export, _EXPORTS),
            Operation("listWebhooks", "GET", "/webhooks", self._list_webhooks),
            Operation("createWebhook", "POST", "/webhooks", self._create_webhook),
        )

    def _admit(self, call: Call) -> None:
        if self._settings.deprecated:
            raise Refusal(Reply(404, {"success": False, "message": "deprecated API endpoint"}))
        keys = self._settings.clay_api_keys
        if not call.token or (keys and call.token not in keys):
            raise Refusal(failure(401, "invalid API key", 0.0))

    def _once(self, name: str, handler: Callable[[Call], Reply]) -> Callable[[Call], Reply]:
        """The same Idempotency-Key gets the first answer again for a day, if the settings say so."""

        def handle(call: Call) -> Reply:
            sent = call.headers.get("idempotency-key", "")
            if len(sent) > _LONGEST_KEY:
                raise invalid(f"Idempotency-Key has more than {_LONGEST_KEY} characters")
            if not sent or self._settings.idempotency == "ignore":
                return handler(call)
            key = (name, call.path["table_id"], sent)
            given, reply = self._answers.get(key, (0.0, None))
            if reply is None or call.now - given > _KEY_SECONDS:
                reply = handler(call)
                self._answers[key] = (call.now, reply)
            return reply

        return handle

    def _list_tables(self, call: Call) -> Reply:
        page, limit = page_of(call.query, most=_MOST_TABLES)
        tables, pagination = cut(list(self.workspace.tables.values()), page, limit)
        return Reply(200, {"tables": [table.describe() for table in tables], "pagination": pagination})

    def _create_table(self, call: Call) -> Reply:
        table = parse_table(call.body)
        self.workspace.tables[table.id] = table
        return Reply(201, table.describe())

    def _list_webhooks(self, _call: Call) -> Reply:
        return Reply(200, {"webhooks": self.workspace.webhooks.listing()})

    def _create_webhook(self, call: Call) -> Reply:
        webhook, new = self.workspace.webhooks.register(call.body)
        return Reply(201 if new else 200, webhook)


def _by_table(call: Call) -> str:
    return call.path["table_id"]


def ledger(workspace: Workspace, *, detail: bool) -> dict[str, Any]:
    """Clay's part of `GET /_sandbox/ledger`."""
    log = workspace.log
    by_lead, charges = log.tally("clay", "row_added"), log.tally("clay", "charge")
    webhooks = ("sent", "delivered", "duplicated", "lost", "failed")
    sums: dict[str, Any] = {
        "tables": len(workspace.tables),
        "rows": sum(len(table.rows) for table in workspace.tables.values()),
        "rows_added": log.count("clay", "row_added"),
        "rows_deleted": log.count("clay", "row_deleted"),
        "rows_by_lead_id": {
            "max": max(by_lead.values(), default=0),
            "duplicates": by_lead.total() - len(by_lead),
        },
        "enrich_calls": log.count("clay", "enrich_accepted"),
        "enrichments": log.count("clay", "charge"),
        "rows_enriched_more_than_once": sum(count > 1 for count in charges.values()),
        "credits": log.amount("clay", "charge"),
        "updates": log.count("clay", "update"),
        "webhooks": {name: log.count("clay", f"webhook_{name}") for name in webhooks},
        "rate_limited": log.count("clay", "rate_limited"),
        "calls": dict(log.tally("clay", "call")),
    }
    if detail:
        sums["row_list"] = [
            _row_detail(row, charges[row.id])
            for table in workspace.tables.values()
            for row in table.rows.values()
        ]
    return sums


def _row_detail(row: Row, charged: int) -> dict[str, Any]:
    columns = (
        "lead_id",
        "linkedin_url",
        "email",
        "email_work",
        "email_personal",
        "phone",
        "enrichment_status",
        "ghl_contact_id",
        "instantly_lead_id",
        "icp_score",
        "icp_tier",
        "provenance",
    )
    return {
        "row_id": row.id,
        "table_id": row.fields["table_id"],
        **{name: row.fields.get(name) for name in columns},
        "enrich_count": charged,
        "credits": row.credits,
        "written": sorted(row.written),
    }
