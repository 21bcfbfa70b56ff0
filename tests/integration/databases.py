"""The PostgreSQL server for tests, if there is one."""

from __future__ import annotations

import os

VARIABLE = "TEST_DATABASE_URL"


def server_url() -> str | None:
    """Its address."""
    return os.environ.get(VARIABLE)
