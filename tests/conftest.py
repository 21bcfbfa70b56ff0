"""The order of a run."""

from __future__ import annotations

import pytest

_LONGEST = ("acceptance", "proof")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest goes first, so that it does not run alone in the end."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, _LONGEST)))
