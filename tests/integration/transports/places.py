"""An installation for each transport: sandbox, HTTP door and pipeline on one ledger."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.states import RESTING
from alpha_swarm.sandbox.server import running
from tests.integration.api_door import SECRET, open_door
from tests.integration.world import QUIET, World, installed
from tests.sandbox.records import FIRST, SECOND, quiet
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

TRANSPORTS = ("rest", "webhook", "routines")
#: The sandbox's operation that submits leads.
SUBMITS = {"rest": "addRows", "webhook": "submitRecords", "routines": "runRoutine"}
#: The sandbox's operation after which a lead was paid for.
PAYS = SUBMITS | {"rest": "enrichRows"}
_KEY = "a key for tests, long enough"


@dataclass(frozen=True, slots=True)
class Place:
    """One installation with its transport."""

    transport: str
    world: World

    def fault(self, operation: str, **more: Any) -> None:
        """Let the other side stumble."""
        self.world.fault(service="clay", operation=operation, **more)

    def settle(self, seconds: float = 30.0) -> dict[str, Any]:
        """Work, in the time that it takes, until every lead rests; the status then."""
        wait_until(self._rested, seconds)
        return self.world.app.status()

    def runs(self) -> dict[str, int]:
        """Lead id → paid runs, by the other side's own books."""
        clay = self.world.sandbox_ledger()["clay"]
        if self.transport == "routines":
            return Counter(item["id"].partition(".")[0] for item in clay["routines"]["item_list"])
        return {one["lead_id"]: one["enrich_count"] for one in clay["row_list"]}

    def _rested(self) -> bool:
        while self.world.step():
            pass
        return all(lead.state in RESTING for lead in self.world.leads().values())


@contextmanager
def place(transport: str, home: Path, database_url: str, **more: str) -> Iterator[Place]:
    """Sandbox and installation, both quiet: what goes wrong is ordered."""
    with ExitStack() as stack:
        url = stack.enter_context(running(replace(QUIET, column=quiet(headers={"X-Webhook-Secret": SECRET}))))
        common = {"ALPHA_SWARM_KEY": _KEY, "DATABASE_URL": database_url}
        door = stack.enter_context(open_door(home, **common))
        environ = {**_environ(transport, url), "CLAY_WEBHOOK_SECRET": SECRET, "BASE_URL": door.url, **more}
        yield Place(transport, stack.enter_context(installed(home, url, database_url, **environ)))


def _environ(transport: str, url: str) -> Mapping[str, str]:
    sources = f"{url}/clay/v3/sources/webhook"
    lanes = [
        {"name": one.table, "url": f"{sources}/{one.slug}", "token": one.token, "table": one.table}
        for one in (FIRST, SECOND)
    ]
    return {
        "rest": {"CLAY_RESULTS": "both"},
        "webhook": {
            "CLAY_RESULTS": "both",
            "CLAY_LANES": json.dumps(lanes),
            "CLAY_LIMIT_WEBHOOK": "off",
        },
        "routines": {
            "CLAY_PUBLIC_API_BASE_URL": f"{url}/clay/public/v0",
            "CLAY_ROUTINE_ID": "function:t_people",
            "CLAY_LIMIT_ROUTINES": "off",
        },
    }[transport] | {"CLAY_TRANSPORT": transport}
