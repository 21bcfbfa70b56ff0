"""The installation of each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.transports.places import TRANSPORTS, Place, place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=TRANSPORTS)
def installation(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[Place]:
    """By each transport in turn."""
    with place(request.param, tmp_path, database_url) as one:
        yield one
