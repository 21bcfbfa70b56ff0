"""A lead is moved on without its next step being owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.work.work import SqlWork

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from alpha_swarm.ports.records import Owed


def apply(monkeypatch: pytest.MonkeyPatch) -> None:
    """The paid enrichment is forgotten."""
    owe = SqlWork.owe

    def forget(self: SqlWork, items: Iterable[Owed]) -> None:
        owe(self, [item for item in items if item.step is not Step.ENRICH])

    monkeypatch.setattr(SqlWork, "owe", forget)
