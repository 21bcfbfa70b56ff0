"""A client of the sandbox for tests, and a receiver for its webhooks."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import requests

from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Generator

COLUMNS = [
    {"name": "linkedin_url", "type": "url", "required": True},
    {"name": "lead_id", "type": "text"},
    {"name": "scraped_at", "type": "datetime"},
    {"name": "email_work", "type": "email", "enrichment": "waterfall"},
    {"name": "email_personal", "type": "email", "enrichment": "waterfall"},
    {"name": "phone", "type": "phone", "enrichment": "waterfall"},
    {"name": "title", "type": "text", "enrichment": "linkedin"},
    {"name": "company_domain", "type": "url", "enrichment": "clearbit"},
    {"name": "company_size", "type": "number", "enrichment": "clearbit"},
    {"name": "tech_stack", "type": "list", "enrichment": "builtwith"},
    {"name": "icp_score", "type": "number"},
    {"name": "icp_tier", "type": "text"},
    {"name": "provenance", "type": "json"},
    {"name": "ghl_contact_id", "type": "text"},
]
CAMPAIGN = "3f2b8a54-1c9d-4a57-9f51-0d6d2f6a7c11"


@dataclass(slots=True)
class Client:
    """Calls to one sandbox with a valid key."""

    base: str
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.headers.update({"Authorization": "Bearer key", "Version": "2021-07-28"})

    def clay(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """A call below `/clay/v1`."""
        return self._call(method, f"/clay/v1{path}", body, **more)

    def ghl(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """A call below `/ghl`."""
        return self._call(method, f"/ghl{path}", body, **more)

    def instantly(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """A call below `/instantly/api/v2`."""
        return self._call(method, f"/instantly/api/v2{path}", body, **more)

    def hubspot(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """A call below `/hubspot`."""
        return self._call(method, f"/hubspot{path}", body, **more)

    def admin(self, method: str, path: str, body: Any = None) -> requests.Response:
        """A call below `/_sandbox`, which must succeed."""
        response = self._call(method, f"/_sandbox{path}", body)
        response.raise_for_status()
        return response

    def ledger(self, *, detail: bool = False) -> dict[str, Any]:
        """The sandbox's own account of what happened."""
        answer: dict[str, Any] = self.admin("GET", "/ledger?detail=1" if detail else "/ledger").json()
        return answer

    def table(self) -> str:
        """The path of a new table with the usual columns."""
        return f"/tables/{self.clay('POST', '/tables', {'name': 'Leads', 'columns': COLUMNS}).json()['id']}"

    def add(self, table: str, count: int, prefix: str = "p") -> list[str]:
        """Ids of new rows with the lead ids `<prefix>0`, `<prefix>1` and so on."""
        ids: list[str] = []
        for start in range(0, count, 100):
            names = [f"{prefix}{number}" for number in range(start, min(start + 100, count))]
            rows = [{"linkedin_url": f"https://www.linkedin.com/in/{one}", "lead_id": one} for one in names]
            ids += self.clay("POST", f"{table}/rows", {"rows": rows}).json()["row_ids"]
        return ids

    def enrich(self, table: str, ids: list[str]) -> None:
        """Start the enrichment of every row."""
        for start in range(0, len(ids), 50):
            answer = self.clay("POST", f"{table}/enrich", {"row_ids": ids[start : start + 50]})
            assert answer.status_code == 202

    def enriched(self, table: str, ids: list[str]) -> list[dict[str, Any]]:
        """The rows in the order of their ids, once none is in progress any more."""

        def over() -> list[dict[str, Any]]:
            rows = [
                row
                for start in range(0, len(ids), 100)
                for row in self._rows(table, ids[start : start + 100])
            ]
            return [] if any(row["enrichment_status"] == "in_progress" for row in rows) else rows

        rows: list[dict[str, Any]] = wait_until(over)
        return rows

    def _rows(self, table: str, ids: list[str]) -> list[dict[str, Any]]:
        answer = self.clay("POST", f"{table}/search", {"query": {"id": ids}, "limit": 100})
        rows: list[dict[str, Any]] = answer.json()["rows"]
        return rows

    def _call(self, method: str, path: str, body: Any, **more: Any) -> requests.Response:
        return self.session.request(method, self.base + path, json=body, timeout=60, **more)


@dataclass(slots=True)
class Receiver:
    """Takes webhooks; `statuses` are used up one a delivery, then every answer is 202.

    `delays` are used up likewise: the seconds before the answer. `bodies` are those that are JSON.
    """

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    secrets: set[str | None] = field(default_factory=set)
    signatures: set[str | None] = field(default_factory=set)


@contextmanager
def receiving() -> Generator[Receiver]:
    """A receiver of webhooks on a free port of loopback."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.raw.append(body)
            with suppress(ValueError):
                receiver.bodies.append(json.loads(body))
            receiver.secrets.add(self.headers["X-Webhook-Secret"])
            time.sleep(receiver.delays.pop(0) if receiver.delays else 0)
            receiver.signatures.add(self.headers["X-Clay-Signature"])
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False
        request_queue_size = 128  # the sandbox opens many connections at once

    with Server(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
