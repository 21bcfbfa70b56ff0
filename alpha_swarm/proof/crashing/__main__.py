"""The process that is forked from: it has one thread, whatever else its parent has."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from alpha_swarm.config import load_settings
from alpha_swarm.proof.crashing.campaigns import Campaign
from alpha_swarm.proof.crashing.installation import Installation
from alpha_swarm.proof.crashing.order import read_order
from alpha_swarm.supervision.stage import Stage


def main(order: str, sandbox: str) -> None:
    """Prints the answer; the environment is the installation's, the folder its home."""
    environ = dict(os.environ)
    stage = Stage(Path.cwd(), sandbox, load_settings(environ, dotenv=None), environ)
    answer = Campaign(Installation(stage), read_order(order)).run()
    sys.stdout.write(answer.as_json())


if __name__ == "__main__":
    main(*sys.argv[1:])
