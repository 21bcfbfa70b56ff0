"""HubSpot's part of `GET /_sandbox/ledger`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alpha_swarm.sandbox.hubspot.portal import Portal

_COUNTED = {
    "creates": "create",
    "updates": "update",
    "deletes": "delete",
    "erased": "erase",
    "merges": "merge",
    "typed_in": "typed_in",
    "blanks_written": "blank",
    "human_overwritten": "human_overwritten",
    "rate_limited": "rate_limited",
}


def ledger(portal: Portal, *, detail: bool) -> dict[str, Any]:
    """The sums; with detail also all contacts and deals."""
    contacts, log = portal.contacts, portal.log
    sums: dict[str, Any] = {
        "contacts": len(contacts.by_id),
        **{name: log.count("hubspot", event) for name, event in _COUNTED.items()},
        "barred": portal.barred,
        "duplicate_emails": contacts.shared("email"),
        "duplicate_phones": contacts.shared("phone"),
        "batches": log.count("hubspot", "batch"),
        "inputs": int(log.amount("hubspot", "batch")),
        "deals": len(portal.deals.by_id),
        "doubled_deals": portal.deals.doubled(),
        "calls": dict(log.tally("hubspot", "call")),
    }
    if detail:
        sums["contact_list"] = [one.describe() for one in contacts.by_id.values()]
        sums["deal_list"] = list(portal.deals.by_id.values())
    return sums
