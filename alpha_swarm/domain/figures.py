"""How figures are written down for whoever reads them."""

from __future__ import annotations


def rounded(value: float) -> float:
    """To four places: sums of tenths come out as tenths."""
    return round(float(value), 4)


def share(part: float, whole: float) -> float | None:
    """From 0 to 1; ``None`` where there is nothing to have a share of."""
    return rounded(float(part) / float(whole)) if whole else None


def percent(part: float | None, whole: float = 1.0) -> float | None:
    """From 0 to 100, to one place; ``None`` where there is nothing."""
    return None if part is None or not whole else round(100 * float(part) / float(whole), 1)
