"""What holds for all tests."""

from __future__ import annotations

import pytest
import structlog


@pytest.fixture(autouse=True)
def _logs_as_at_the_start() -> None:
    """Whoever captures logs leaves them configured, and a command would take that for its own.

    With plain tracebacks: a coloured one, with the values of its variables, takes seconds.
    """
    structlog.reset_defaults()
    structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback
