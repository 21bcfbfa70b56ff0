"""What the peers are told: where everything is, prepared before the clock starts."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: The environment variable with the path of the plan's file.
PLAN = "BENCHMARK_PLAN"
#: The Redis key under which the workers count the leads that they are done with.
DONE = "benchmark:done"


@dataclass(frozen=True, slots=True)
class Plan:
    """One peer's run."""

    redis: str
    """The path of the server's unix socket."""
    clay: str
    """The table's address."""
    ghl: str
    """The CRM's address."""
    location: str
    fields: dict[str, str]
    """The CRM's custom fields: name → id."""
    leads: int
    first_wait: float
    """Seconds from the start of an enrichment to the first question for its result."""
    batch: int = 50
    """Leads in a job, rows in a call."""


@cache
def plan() -> Plan:
    """The plan of this process."""
    return Plan(**json.loads(Path(os.environ[PLAN]).read_text(encoding="utf-8")))
