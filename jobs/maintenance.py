"""Housekeeping, on the queue ``dlq``."""

from __future__ import annotations

from alpha_swarm.app import current


def tidy() -> None:
    """Remove from the ledger what has served its time."""
    current().run_schedule("tidy")


def notify() -> None:
    """Tell people what they are to be told."""
    current().run_schedule("notify")


def carry_out() -> None:
    """Do what people allowed."""
    current().run_schedule("approvals")


def pull() -> None:
    """Ask the CRMs for contacts that were changed."""
    current().run_schedule("pull")


def reconcile() -> None:
    """Compare what was spent with what was said."""
    current().run_schedule("reconciliation")


def refresh() -> None:
    """Enrich old results again."""
    current().run_schedule("refresh")


def bring_in_late() -> None:
    """Ask once more for results that did not come in time."""
    current().run_schedule("export")


def tell_of_yesterday() -> None:
    """Tell people what a day came to."""
    current().run_schedule("daily")


def keep_report() -> None:
    """Reckon the report for those who look at it all day."""
    current().run_schedule("report")


def carry_out_rights() -> None:
    """Carry out what persons have asked for."""
    current().run_schedule("rights")


def retain() -> None:
    """Forget those who are kept no longer."""
    current().run_schedule("retention")


def anchor() -> None:
    """Keep the head of the audit trail outside the ledger."""
    current().run_schedule("anchor")
