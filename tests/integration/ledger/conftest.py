"""An open ledger, and more of them on the same database."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from alpha_swarm.ledger.ledger import SqlLedger
from tests.integration.ledger.actors import config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

settings.register_profile(
    "ledger", deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def open_ledger(database_url: str) -> Iterator[Callable[..., SqlLedger]]:
    """Opens the ledger as another process would: ``open_ledger("name", caps=…)``."""
    with ExitStack() as stack:

        def begin(holder: str = "other", **more: object) -> SqlLedger:
            ledger = SqlLedger(config(database_url, holder=holder, **more))
            stack.callback(ledger.close)
            return ledger

        yield begin


@pytest.fixture
def ledger(open_ledger: Callable[..., SqlLedger]) -> SqlLedger:
    """The ledger of this process."""
    return open_ledger("test")
