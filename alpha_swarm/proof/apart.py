"""A process of its own that is forked from: it has one thread, whatever else this one has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alpha_swarm.config import load_settings
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.supervision.processes import PYTHON, tethered
from alpha_swarm.supervision.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

#: It answers at once, charges again for each call, and forgets every idempotency key.
SANDBOX = (
    "--no-limits",
    *("--set", "enrich_seconds=[0,0]"),
    *("--set", "webhook_lost=1"),
    *("--set", "idempotency=ignore"),
)
_LIMITS = ("CLAY_LIMIT_ROWS", "CLAY_LIMIT_ENRICH", "CLAY_LIMIT_UPDATES", "CLAY_LIMIT_EXPORTS")
#: Ours, without limits; results are asked for.
ENVIRON = {
    **dict.fromkeys((*_LIMITS, "GHL_LIMIT", "INSTANTLY_LIMIT"), "off"),
    "CLAY_RESULTS": "poll",
    "CLAY_POLL_AFTER": "0.2",
}


def carry_out(module: str, task: Any, stage: Stage) -> Any:
    """What a process of the module answers to the task; both travel as JSON.

    Raises:
        AlphaSwarmError: the process failed; what it said stands on standard error.
    """
    ended = subprocess.run(  # noqa: S603 - our own module
        tethered([*PYTHON, module, json.dumps(task), stage.sandbox]),
        cwd=stage.home,
        env=stage.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=False,
    )
    if ended.returncode:
        raise AlphaSwarmError(f"the process that others are forked from failed ({ended.returncode})")
    return json.loads(ended.stdout)


def answer(act: Callable[[Any, Stage], Any]) -> None:
    """The other side: the environment is the installation's, the folder its home."""
    task, sandbox = sys.argv[1:]
    environ = dict(os.environ)
    stage = Stage(Path.cwd(), sandbox, load_settings(environ, dotenv=None), environ)
    # What is logged meanwhile is no answer.
    with redirect_stdout(sys.stderr):
        found = act(json.loads(task), stage)
    sys.stdout.write(json.dumps(found))
