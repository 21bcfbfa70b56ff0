"""Grounds for trials in tests."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.proof.ground import Ground
from tests.integration.databases import VARIABLE, server_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.proof.trial import Result


@pytest.fixture
def on_sqlite() -> Iterator[Ground]:
    """Ledgers are SQLite files."""
    with closing(Ground()) as ground:
        yield ground


@pytest.fixture
def on_postgresql() -> Iterator[Ground]:
    """Ledgers are PostgreSQL databases."""
    server = server_url()
    if server is None:
        pytest.skip(f"{VARIABLE} names no PostgreSQL server")
    with closing(Ground(server)) as ground:
        yield ground


def tell(result: Result) -> None:
    """Show what was measured."""
    sys.stdout.write(f"{result.landed} landed; {json.dumps(dict(result.figures))}\n")
