"""The worker of a queue ``sync-<target>``: ``python -m workers.sync TARGET``."""

from __future__ import annotations

import sys

from alpha_swarm.domain.states import Step, Target
from workers.base import work

if __name__ == "__main__":
    work(Step.sync(Target(sys.argv[1])).value)
