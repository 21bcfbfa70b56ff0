"""How hypothesis works here: a busy machine is no fault of the code, so no deadline."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("domain", deadline=None, max_examples=100)
settings.load_profile("domain")
