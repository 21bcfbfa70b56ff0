"""What holds for all tests: none finds what another one left, and the longest go first."""

from __future__ import annotations

import pytest
import structlog

_LONGEST = ("acceptance", "proof")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest goes first, so that it does not run alone in the end."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, _LONGEST)))


@pytest.fixture(autouse=True)
def _logs_as_at_the_start() -> None:
    """Whoever captures logs leaves them configured, and a command would take that for its own."""
    structlog.reset_defaults()
