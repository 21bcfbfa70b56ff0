"""Distinct people for a trial, and a file of them."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def person(name: str) -> dict[str, str]:
    """A scraped lead as a client would send it."""
    return {
        "linkedin_url": f"https://www.linkedin.com/in/{name}",
        "first_name": name.title(),
        "source_type": "post_liker",
        "source_name": "Rival",
        "scraped_at": datetime.now(UTC).isoformat(),
    }


def write(path: Path, names: Iterable[str]) -> None:
    """A CSV file, a line a person."""
    rows = [person(name) for name in names]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
