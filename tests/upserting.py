"""An upsert as a whole, for tests that do not ask when each outcome came."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from alpha_swarm.domain.crm.changes import Change, Ours, creation, improvement
from alpha_swarm.domain.crm.write_rules import Rule, WriteRules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.ports.crm import Contact, Crm, Decide, Record

RULES = WriteRules(default=Rule.OVERWRITE, fields={"owner": Rule.OVERWRITE}, edits_win_days=0)


def everything(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
    """Ours is written over whatever stands, whoever wrote it."""
    return {contact.lead_id: _change(contact, record) for contact, record in pairs}


def _change(contact: Contact, record: Record | None) -> Change:
    if record is None:
        return creation(contact.fields, RULES)
    return improvement(contact.fields, record, Ours(), RULES, datetime.now(UTC))


def upserted(
    crm: Crm, contacts: Sequence[Contact], at_once: int = 5, decide: Decide = everything
) -> dict[str, Outcome]:
    """Lead id → outcome, of all portions. Raises what is raised on the way."""
    outcomes: dict[str, Outcome] = {}
    for portion in crm.upsert(contacts, decide, at_once):
        assert not outcomes.keys() & portion.keys(), "an outcome comes once"
        outcomes |= portion
    return outcomes
