"""Finds the lead that somebody means, and shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.opening import opened_app
from alpha_swarm.domain.addresses import normal_email
from alpha_swarm.domain.identity import profile_slug
from alpha_swarm.domain.presentation import present_lead
from alpha_swarm.domain.states import Step

if TYPE_CHECKING:
    from alpha_swarm.ledger.ledger import SqlTransaction


def present(text: str) -> dict[str, Any] | None:
    """The lead with its staleness, ``None`` where there is none."""
    with opened_app() as app, app.ledger.read() as tx:
        lead_id = find(tx, text)
        lead = tx.leads.load([lead_id]).get(lead_id) if lead_id else None
        clay_away = Step.ENRICH.party in tx.pauses.current()
        return present_lead(lead, tx.views.today(), clay_away=clay_away) if lead else None


def find(tx: SqlTransaction, text: str) -> str | None:
    """The id of the lead with this id, LinkedIn URL or e-mail."""
    return next(filter(None, map(tx.views.find, _names(text.strip()))), None)


def _names(text: str) -> list[str]:
    """What the ledger may know the lead by."""
    slug, email = profile_slug(text), normal_email(text)
    names = [text.upper()]
    names += [f"linkedin:{slug}"] if slug else []
    return names + ([f"email:{email}"] if email else [])
