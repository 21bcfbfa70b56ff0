"""The other side's count against ours: every promise of the way, checked row by row."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.acceptance.installation import Installation

_CAMPAIGN_TIERS = {"Tier 1", "Tier 2"}
_REACHED = {"completed", "partial"}
#: As far as the sandbox goes in making addresses that are none.
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+")


def check_books(system: Installation, status: dict[str, Any], leads: int) -> None:
    """One row a lead, paid once; one contact an e-mail; tiers 1-2 in the campaign; all written back."""
    counted = system.counted()
    rows = counted["clay"]["row_list"]
    assert status["balanced"]
    assert status["total"] == leads
    _check_rows(rows, leads)
    assert status["credits"]["day"]["reserved"] == 0
    assert status["credits"]["day"]["spent"] == sum(row["credits"] for row in rows)
    _check_contacts(counted["ghl"], rows)
    _check_campaign(counted["instantly"], rows)


def _check_rows(rows: list[dict[str, Any]], leads: int) -> None:
    assert len(rows) == leads
    assert len({row["lead_id"] for row in rows}) == leads
    assert Counter(row["enrich_count"] for row in rows) == {1: leads}
    assert all("enrichment_status" in row["written"] for row in rows)


def _check_contacts(ghl: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    contacts = {contact["id"]: contact for contact in ghl["contact_list"]}
    assert ghl["duplicate_emails"] == 0
    assert ghl["blanks_written"] == 0
    reached = [row for row in rows if row["enrichment_status"] in _REACHED]
    assert all(row["ghl_contact_id"] in contacts for row in reached)
    assert {row["ghl_contact_id"] for row in reached} == set(contacts)


def _check_campaign(instantly: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    members = {lead["id"]: lead for lead in instantly["lead_list"]}
    assert instantly["duplicate_emails"] == 0
    for row in rows:
        wanted = row["enrichment_status"] in _REACHED and row["icp_tier"] in _CAMPAIGN_TIERS
        if row["instantly_lead_id"] is not None:
            assert wanted
            assert row["instantly_lead_id"] in members
        elif wanted:
            # By phone alone there is no campaign.
            assert not _has_email(row)


def _has_email(row: dict[str, Any]) -> bool:
    return any(_EMAIL.fullmatch(row[name] or "") for name in ("email_work", "email_personal"))
