"""The doors through which CRMs tell of their contacts: which are shut, and which open onto nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.cli.checks.check import Check, ok, warning
from alpha_swarm.domain.crm.news import System

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.config import Settings

#: Their deliveries name records and prove nothing of what they hold, so the CRM must be asked.
_ASKED = frozenset({System.HUBSPOT, System.SALESFORCE})
_NAME = "crm webhooks"


def check_crm_doors(settings: Settings) -> Iterator[Check]:
    """Without an address of our own nobody sends anything, and there is nothing to check."""
    if settings.api.base_url is None:
        return
    secrets = settings.crm_webhook_secrets
    needed = {
        System.HUBSPOT: ("CRM_WEBHOOK_SECRET_HUBSPOT", secrets.hubspot),
        System.GHL: ("GHL_LOCATION_ID", settings.ghl.location_id),
        System.SALESFORCE: ("CRM_WEBHOOK_SECRET_SALESFORCE", secrets.salesforce),
        System.GENERIC: ("CRM_WEBHOOK_SECRET_GENERIC", secrets.generic),
    }
    for system, (variable, value) in needed.items():
        yield _open(system, settings) if value else _shut(system, variable, settings)


def _shut(system: System, variable: str, settings: Settings) -> Check:
    detail = f"{system} cannot tell of contacts: {variable} is unset, so its door is shut"
    remedy = f"set {variable} to let leads in from there"
    # Whoever is written to should be heard; the others may stay shut for good.
    if system.target in settings.sync_targets:
        return warning(_NAME, detail, remedy)
    return Check(_NAME, "ok", detail, remedy)


def _open(system: System, settings: Settings) -> Check:
    if system in _ASKED and system.target not in settings.sync_targets:
        detail = f"{system} may tell of records, and nobody can be asked what they hold: they are put aside"
        return warning(_NAME, detail, f"add {system} to SYNC_TARGETS")
    return ok(_NAME, f"{system} may tell of contacts")
