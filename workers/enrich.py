"""The worker of the queue ``enrich``."""

from __future__ import annotations

from workers.base import work

if __name__ == "__main__":
    work("enrich")
