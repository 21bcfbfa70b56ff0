"""The worker of the queue ``ingest``."""

from __future__ import annotations

from workers.base import work

if __name__ == "__main__":
    work("ingest")
