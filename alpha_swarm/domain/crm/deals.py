"""Deals that are opened with contacts: once for each lead and CRM, and never changed afterwards."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a deal is opened with."""

    name: str
    pipeline: str | None = None
    """Its id or its name; ``None``: the CRM's first."""
    stage: str | None = None
    """Its id or its name; ``None``: the pipeline's first."""
    amount: float | None = None
    """In the CRM's own currency; ``None``: none is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDeal:
    """A deal that was going to be opened."""

    terms: Terms
    id: str | None
    """``None`` while nobody knows whether it was."""
