"""What a scrape of ``/metrics`` brings, and a door at which every metric has something to show."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from alpha_swarm.api.server import create_app
from alpha_swarm.app import build
from alpha_swarm.config import load_settings
from alpha_swarm.coordination.embedded import EmbeddedServer
from alpha_swarm.domain.health.executions import Execution, Tally, Trigger
from alpha_swarm.domain.messages.alerts import Alert, Level
from alpha_swarm.domain.providers.uses import Part
from alpha_swarm.ledger.health.figures import LEARNED
from tests.integration.api_door import LEAD, Door, served

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

#: Batches of one step: seconds, and leads that it did well and badly with.
BATCHES = ((0.4, 60, 0), (0.5, 25, 0), (0.9, 5, 9), (10.7, 0, 1))


class Scraped:
    """Samples by name and labels."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.samples = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def __call__(self, name: str, **labels: str) -> float | None:
        """``alpha_swarm_<name>`` with exactly these labels; ``None``: there is no such sample."""
        return self.samples.get((f"alpha_swarm_{name}", frozenset(labels.items())))

    @property
    def counters(self) -> Mapping[tuple[str, frozenset[tuple[str, str]]], float]:
        """What may never fall."""
        ends = ("_total", "_bucket", "_sum", "_count")
        return {key: value for key, value in self.samples.items() if key[0].endswith(ends)}

    @property
    def labels(self) -> Mapping[str, set[str]]:
        """Name of a sample → the names of its labels."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for name, labels in self.samples:
            found[name] |= {label for label, _ in labels}
        return found


def scrape(door: Door) -> Scraped:
    """As Prometheus does."""
    answer = door.call("GET", "/metrics", headers={})
    assert answer.status_code == 200
    return Scraped(answer.text)


_COSTS = {"saved": {"credits": 12.0}, "cost": {"hit_rate": 0.75, "per_usable_lead": {"credits": 4.0}}}


def _execution(seconds: float, success: int, failed: int) -> Execution:
    tally = Tally(success=success, failed={f"lead-{number}": "refused" for number in range(failed)})
    return Execution(workflow="sync-ghl", trigger=Trigger.HINT, seconds=seconds, tally=tally)


@contextmanager
def busy_door(home: Path) -> Iterator[Door]:
    """With a lead, a provider, an alert, costs that were learned, Redis, and sums of batches."""
    environ = {"ALPHA_SWARM_HOME": str(home), "API_KEYS": "door-key", "CLAY_CREDITS_PER_DAY": "1000"}
    server = EmbeddedServer(home)
    server.start()
    app = build(load_settings(environ, dotenv=None), holder="test")
    try:
        api = create_app(app)
        with served(api) as url:
            door = Door(app, api, url)
            door.post(LEAD)
            with app.ledger.begin() as tx:
                for batch in BATCHES:
                    tx.executions.add(_execution(*batch))
                tx.providers.book({"apollo": Part(uses=3)})
                tx.alerts.raise_(
                    Alert(key="breaker:clay", level=Level.CRITICAL, text="it stands", remedy="-")
                )
            app.ledger.facts.put(LEARNED, json.dumps(_COSTS))
            yield door
    finally:
        app.close()
        server.stop()
