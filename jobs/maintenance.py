"""Housekeeping, on the queue ``dlq``."""

from __future__ import annotations

from alpha_swarm.app import current


def tidy() -> None:
    """Remove from the ledger what has served its time."""
    current().tidy()


def notify() -> None:
    """Tell people what they are to be told."""
    current().notify()


def carry_out() -> None:
    """Do what people allowed."""
    current().carry_out()


def pull() -> None:
    """Ask the CRMs for contacts that were changed."""
    current().pull()


def tell_of_yesterday() -> None:
    """Tell people what a day came to."""
    current().tell_of_yesterday()


def keep_report() -> None:
    """Reckon the report for those who look at it all day."""
    current().keep_report()
