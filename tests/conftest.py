"""What holds for all tests: none finds what another one left, and the heaviest are spread over the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import structlog

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEAVY = ("acceptance", "proof")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that keep the whole machine busy go among those that mostly wait; what is quick comes last."""
    heavy, waiting, quick = [], [], []
    for item in items:
        if any(map(item.get_closest_marker, _HEAVY)):
            heavy.append(item)
        elif "integration" in item.path.parts:
            waiting.append(item)
        else:
            quick.append(item)
    places = [*_spread(heavy), *_spread(waiting)]
    items[:] = [*(item for _, item in sorted(places, key=lambda place: place[0])), *quick]


def _spread(items: list[pytest.Item]) -> Iterable[tuple[float, pytest.Item]]:
    """Each with its place between 0 and 1, as far from its neighbours as can be."""
    return (((number + 0.5) / len(items), item) for number, item in enumerate(items))


@pytest.fixture(autouse=True)
def _logs_as_at_the_start() -> None:
    """Whoever captures logs leaves them configured, and a command would take that for its own."""
    structlog.reset_defaults()
