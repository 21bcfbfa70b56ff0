"""Once a day the books are said beside what the enricher reported, with every call in doubt."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from structlog.testing import capture_logs

from alpha_swarm.domain.money.cost import Cost
from alpha_swarm.ledger.daily import reconcile_yesterday
from alpha_swarm.ledger.session import Session
from tests.integration.ledger.actors import people, plan

if TYPE_CHECKING:
    import pytest

    from alpha_swarm.ledger.ledger import SqlLedger

_EACH = Cost(6.0, 1.0)


def test_yesterday_is_reconciled_once_by_who_said_what(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two prices that were reported, one reckoned, one run that nobody asked for, one call in doubt."""
    now = datetime(2026, 3, 31, 12, tzinfo=UTC).timestamp()
    monkeypatch.setattr(Session, "now", property(lambda _: now))
    first, second, third, doubtful, failed = people(ledger, 5)
    plan(ledger, [first, second, third, doubtful, failed], cost=_EACH)
    with ledger.begin() as tx:
        tx.calls.settle("enrich_rows", {doubtful: "unknown", failed: "failed"})
        tx.calls.charge({first: Cost(2.0), second: Cost(3.5), third: Cost(6.0)}, [first, second])
        tx.calls.charge_again({first: Cost(1.0)})
    tomorrow = now + 86400.0
    monkeypatch.setattr(Session, "now", property(lambda _: tomorrow))
    with capture_logs() as logs:
        reconcile_yesterday(ledger)
        reconcile_yesterday(ledger)
    assert logs == [
        {
            "event": "credits_reconciled",
            "log_level": "info",
            "day": "2026-03-31",
            "spent": 12.5,
            "reported_by_clay": 5.5,
            "reckoned": 6.0,
            "run_again": 1.0,
            "reserved": 6.0,
            "in_doubt": 1,
        },
        {
            "event": "credits_in_doubt",
            "log_level": "warning",
            "lead_id": doubtful,
            "operation": "enrich_rows",
            "credits": 6.0,
        },
    ]
