"""What must be so in the end, reckoned from the other side's rows and not by the code under test."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.states import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.leads.lead import Lead
    from tests.integration.world import World

_EMAIL = re.compile(r"[a-z0-9._-]+@[a-z0-9-]+\.[a-z]+")
_PHONE = re.compile(r"\+1\d{10}|\(\d{3}\) \d{3}-\d{4}")
_TITLES = ((25, ("chief", "cro", "ceo")), (20, ("vp", "vice president")), (15, ("director",)))
_SIZES = ((30, 200, 2000), (20, 100, 199), (10, 50, 99), (15, 2001, 5000))
_TOOLS = ("salesforce", "hubspot", "outreach", "gong", "clari")

Row = dict[str, Any]


def email(row: Row) -> str | None:
    """The best address that is one."""
    addresses = (str(row.get(name) or "").lower() for name in ("email_work", "email_personal"))
    return next((address for address in addresses if _EMAIL.fullmatch(address)), None)


def phone(row: Row) -> bool:
    """Whether there is a number."""
    return bool(_PHONE.fullmatch(str(row.get("phone") or "")))


def size(row: Row) -> int | None:
    """Employees, where that is a number within reason."""
    written = str(row.get("company_size") or "")
    return int(written) if written.isdecimal() and 1 <= int(written) <= 1_000_000 else None


def status(row: Row) -> str:
    """What the enrichment came to."""
    if email(row):
        return "completed" if size(row) else "partial"
    if phone(row):
        return "partial"
    return "failed" if row["error"] else "unenrichable"


def score(row: Row) -> int:
    """The packaged formula, written a second time."""
    title = str(row.get("title") or "").lower()
    points = next((number for number, parts in _TITLES if any(part in title for part in parts)), 0)
    if not points and ("head of" in title or "senior" in title):
        points = 10
    points += next((number for number, low, high in _SIZES if low <= (size(row) or 0) <= high), 0)
    points += 20 * (row.get("company_industry") in {"SaaS", "Technology", "Software", "B2B"})
    points += 10 * (row.get("funding_stage") in {"Series A", "Series B", "Series C"})
    stack = row.get("tech_stack") or []
    tools = (stack.split(",") if isinstance(stack, str) else stack)[:20]
    points += min(15, 5 * sum(any(name in tool.lower() for name in _TOOLS) for tool in tools))
    return min(points, 100)


def tier(row: Row) -> str:
    """1 from 80, 2 from 50."""
    points = score(row)
    return "Tier 1" if points >= 80 else "Tier 2" if points >= 50 else "Tier 3"


_STATES = {"failed": State.DEAD, "unenrichable": State.UNENRICHABLE}


def check(world: World, *, spared: frozenset[str] = frozenset(), unsettled: bool = False) -> None:
    """Each lead is one row, paid once, scored right, synced where it belongs, and written back.

    ``spared`` are leads for whom the test expects something else; ``unsettled``: nobody ever saw their
    results, so that their credits stay reserved.
    """
    status_now = world.app.status()
    assert status_now["balanced"]
    assert status_now["settled"]
    rows = {row["lead_id"]: row for row in world.rows()}
    other = world.sandbox_ledger()
    _check_rows(other["clay"], set(world.leads()) - spared)
    _check_credits(world, status_now["credits"]["month"], other["clay"], spared if unsettled else frozenset())
    whole = {key: row for key, row in rows.items() if key not in spared}
    leads = world.leads()
    for lead_id, row in whole.items():
        _check_lead(leads[lead_id], row)
    _check_contacts(other, list(whole.values()))


def _check_credits(
    world: World, credit: Mapping[str, float], clay: Mapping[str, Any], unseen: frozenset[str]
) -> None:
    seen = [row["credits"] for row in clay["row_list"] if row["lead_id"] not in unseen]
    assert credit["spent"] == pytest.approx(sum(seen))
    assert credit["reserved"] == len(unseen) * world.app.reservation.credits


def _check_rows(clay: Mapping[str, Any], lead_ids: set[str]) -> None:
    by_lead = Counter(row["lead_id"] for row in clay["row_list"])
    assert lead_ids <= set(by_lead)
    assert set(by_lead.values()) == {1}
    assert clay["rows_enriched_more_than_once"] == 0
    assert {row["enrich_count"] for row in clay["row_list"] if row["lead_id"] in lead_ids} == {1}


def _check_lead(lead: Lead, row: Row) -> None:
    assert lead.enrichment is not None
    assert lead.score is not None
    assert lead.row_id == row["id"]
    assert lead.enrichment.status == status(row)
    assert lead.state == _STATES.get(status(row), State.SYNCED)
    assert (lead.score.total, lead.score.tier) == (score(row), tier(row))
    assert lead.enrichment.credits_used == row["credits_used"]
    assert (row["icp_score"], row["icp_tier"]) == (score(row), tier(row))
    assert row["enrichment_status"] == status(row)
    assert row.get("ghl_contact_id") == lead.external_ids.get("ghl")
    assert row.get("instantly_lead_id") == lead.external_ids.get("instantly")
    assert ("ghl" in lead.external_ids) == (status(row) in {"completed", "partial"})
    systems = {"ghl": "ghl_crm", "instantly": "instantly"}
    logged = {entry["system"] for entry in row["provenance"]["access_log"]}
    assert logged == {systems[name] for name in lead.external_ids}


def _check_contacts(other: Mapping[str, Any], rows: list[Row]) -> None:
    synced = [row for row in rows if status(row) in {"completed", "partial"}]
    contacts = Counter(
        str(one.get("email") or one.get("phone")).lower() for one in other["ghl"]["contact_list"]
    )
    assert set(contacts.values()) <= {1}
    assert {email(row) for row in synced if email(row)} == {key for key in contacts if "@" in key}
    assert other["ghl"]["contacts"] == len({email(row) or row["id"] for row in synced})
    campaign = {email(row) for row in synced if email(row) and tier(row) != "Tier 3"}
    assert Counter(one["email"] for one in other["instantly"]["lead_list"]) == Counter(campaign)
