"""Settings: from the environment and ``.env``, checked once, frozen."""

from __future__ import annotations

from alpha_swarm.config.exposure import ledger_exposure, redis_exposure
from alpha_swarm.config.in_use import secrets_in_use
from alpha_swarm.config.load import load_settings
from alpha_swarm.config.requirements import require_clay, require_targets
from alpha_swarm.config.settings import VARIABLES, Settings

__all__ = [
    "VARIABLES",
    "Settings",
    "ledger_exposure",
    "load_settings",
    "redis_exposure",
    "require_clay",
    "require_targets",
    "secrets_in_use",
]
