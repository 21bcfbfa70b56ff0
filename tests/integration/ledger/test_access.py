"""Who got or saw personal data in a month."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from alpha_swarm.errors import UserError
from alpha_swarm.ledger.reporting.access import access
from alpha_swarm.ledger.schema.tables import events
from alpha_swarm.ports.records import Story
from tests.integration.ledger.actors import people

if TYPE_CHECKING:
    from alpha_swarm.ledger.ledger import SqlLedger


def tell(ledger: SqlLedger, lead_id: str, when: str, kind: str, **detail: Any) -> None:
    """As if it had happened then; what happens later is told later."""
    moment = datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp()
    with ledger.begin() as tx:
        tx.session.run(update(events).where(events.c.at > moment).values(at=moment - 1))
        tx.tell([Story(lead_id=lead_id, kind=kind, detail=detail)])
    with ledger.begin() as tx:
        tx.session.run(update(events).where(events.c.at > moment).values(at=moment))


def found(ledger: SqlLedger, month: str) -> dict[str, Any]:
    """Of a month."""
    with ledger.read() as tx:
        return access(tx.session, month)


def test_disclosures_and_looks_are_counted_by_month(ledger: SqlLedger) -> None:
    """From the first moment of a month to the last one."""
    ada, bob = people(ledger, 2)
    tell(ledger, ada, "2025-12-31T23:59:59", "disclosed", system="ghl_crm", action="create_contact")
    tell(ledger, ada, "2026-01-01T00:00:00", "disclosed", system="ghl_crm", action="create_contact")
    tell(ledger, bob, "2026-01-15T12:00:00", "disclosed", system="ghl_crm", action="create_contact")
    tell(ledger, bob, "2026-01-16T12:00:00", "scored", total=50)
    tell(ledger, bob, "2026-01-31T23:59:59", "looked_at", where="console")
    tell(ledger, bob, "2026-02-01T00:00:00", "looked_at", where="console")
    assert found(ledger, "2026-01") == {
        "month": "2026-01",
        "access": [
            {"to": "ghl_crm", "action": "create_contact", "times": 2},
            {"to": "console", "action": "looked_at", "times": 1},
        ],
        "people": 2,
    }
    assert found(ledger, "2025-12")["people"] == 1
    assert found(ledger, "2026-02")["access"] == [{"to": "console", "action": "looked_at", "times": 1}]
    assert found(ledger, "2026-03") == {"month": "2026-03", "access": [], "people": 0}


def test_an_empty_ledger_told_nobody(ledger: SqlLedger) -> None:
    assert found(ledger, "2026-01")["people"] == 0


def test_what_is_no_month_is_said(ledger: SqlLedger) -> None:
    with pytest.raises(UserError, match="write it as 2026-01"):
        found(ledger, "January")
