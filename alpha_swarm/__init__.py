"""Alpha Swarm: leads in, enriched through Clay, scored, and synced to the CRMs."""

from __future__ import annotations

from importlib.metadata import version

__version__ = version("alpha-swarm")
