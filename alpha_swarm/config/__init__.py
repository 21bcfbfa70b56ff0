"""Settings: from the environment and ``.env``, checked once, frozen."""

from __future__ import annotations

from alpha_swarm.config.load import load_settings
from alpha_swarm.config.requirements import require_api_keys, require_clay, require_targets
from alpha_swarm.config.settings import VARIABLES, Settings

__all__ = [
    "VARIABLES",
    "Settings",
    "load_settings",
    "require_api_keys",
    "require_clay",
    "require_targets",
]
