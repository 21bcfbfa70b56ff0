"""One peer's part: ``python -m benchmarks.peers NAME fill|work``."""

from __future__ import annotations

import importlib
import sys

if __name__ == "__main__":
    module, part = sys.argv[1:]
    getattr(importlib.import_module(f"benchmarks.peers.{module}"), part)()
