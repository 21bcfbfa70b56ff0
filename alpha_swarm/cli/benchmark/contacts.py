"""Connectors by themselves: contacts a second that each CRM takes, limits off, against a bare loop."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import requests

from alpha_swarm.cli.benchmark.variables import LIMITLESS_SANDBOX
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.clock import SystemClock
from alpha_swarm.domain.calls.effect import Done
from alpha_swarm.domain.crm.changes import Change, Ours, creation, improvement
from alpha_swarm.domain.crm.write_rules import Rule, WriteRules
from alpha_swarm.domain.states import Priority, Target
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ports.crm import Contact
from alpha_swarm.proof.rounds import NoGate
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.ports.crm import Crm, Record

_EVERY = {"SYNC_TARGETS": ",".join(Target), **{f"{target.name}_LIMIT": "off" for target in Target}}
#: As many as a worker takes in hand.
_BATCH = 1000
_AT_ONCE = 16
_BARE_CALLS = 500
#: What stands there is ours, so everything is written that differs.
_RULES = WriteRules(default=Rule.OVERWRITE, edits_win_days=0)
_PERSON = {
    "linkedin_url": "https://www.linkedin.com/in/mara-lind",
    "first_name": "Mara",
    "last_name": "Lind",
    "title": "Head of Revenue",
    "company_name": "Brightforge",
    "company_domain": "brightforge.example",
    "company_size": 250,
    "icp_score": 85,
    "icp_tier": "Tier 1",
    "source_type": "post_liker",
    "source_name": "Rival",
}


def measure(number: int) -> dict[str, Any]:
    """The section ``contacts`` of the report: CRM → contacts a second, new, changed and unchanged.

    Raises:
        AlphaSwarmError: a contact is not written.
    """
    with (
        set_up("bench", sandbox=LIMITLESS_SANDBOX, environ=_EVERY) as stage,
        opened_app(stage.settings) as app,
    ):
        app.gate = NoGate()
        found = {target.value: _measured(crm, number) for target, crm in app.crms.items()}
        bare = _bare(f"{stage.sandbox}/_sandbox/limits")
    return {"bare_calls_a_second": bare, "crms": {name: _against(bare, one) for name, one in found.items()}}


def _measured(crm: Crm, number: int) -> dict[str, float]:
    contacts = [_contact(crm, one) for one in range(number)]
    ids, new = _written(crm, contacts)
    known = [replace(one, external_id=ids[one.lead_id]) for one in contacts]
    changed = [replace(one, fields={**one.fields, "title": "Chief of Revenue"}) for one in known]
    return {"new": new, "changed": _written(crm, changed)[1], "unchanged": _written(crm, changed)[1]}


def _contact(crm: Crm, number: int) -> Contact:
    lead_id = f"{number:026}"
    payload = {**_PERSON, "lead_id": lead_id, "email": f"p{number}@brightforge.example"}
    return Contact(lead_id=lead_id, fields=crm.fields(payload), priority=Priority.NORMAL)


def _written(crm: Crm, contacts: Sequence[Contact]) -> tuple[dict[str, str], float]:
    """Lead id → record, and how many contacts a second."""
    clock = SystemClock()
    outcomes: dict[str, Outcome] = {}
    # What an earlier phase left behind is not cleared away in the time of this one.
    gc.collect()
    begun = clock.monotonic()
    for start in range(0, len(contacts), _BATCH):
        for portion in crm.upsert(contacts[start : start + _BATCH], _decide, _AT_ONCE):
            outcomes |= portion
    seconds = clock.monotonic() - begun
    ids = {key: one.reference for key, one in outcomes.items() if isinstance(one, Done) and one.reference}
    if len(ids) < len(contacts):
        raise AlphaSwarmError(f"{crm.target} took {len(ids)} of {len(contacts)} contacts")
    return ids, round(len(contacts) / seconds, 1)


def _decide(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
    return {contact.lead_id: _change(contact, record) for contact, record in pairs}


def _change(contact: Contact, record: Record | None) -> Change:
    if record is None:
        return creation(contact.fields, _RULES)
    return improvement(contact.fields, record, Ours(), _RULES, SystemClock().now())


def _bare(url: str) -> float:
    """Calls a second of a loop that does nothing but call the same sandbox."""
    clock = SystemClock()
    with requests.Session() as session:
        session.get(url, timeout=10)
        begun = clock.monotonic()
        for _ in range(_BARE_CALLS):
            session.get(url, timeout=10)
    return round(_BARE_CALLS / (clock.monotonic() - begun), 1)


def _against(bare: float, rates: Mapping[str, float]) -> dict[str, Any]:
    return {"a_second": dict(rates), "ratio": {name: round(one / bare, 2) for name, one in rates.items()}}
