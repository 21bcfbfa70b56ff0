"""The worker of a queue ``sync-<target>``, which is its argument."""

from __future__ import annotations

import sys

from workers.base import work

if __name__ == "__main__":
    work(sys.argv[1])
