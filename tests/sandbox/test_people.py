"""The messy CSV: what a scraper would export, with a known number of distinct people."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from alpha_swarm.sandbox.people import COLUMNS, messy_csv

_NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
_PROFILE = re.compile(r"\s*(?:https?://)?(?:\w+\.)?linkedin\.com/in/([^/?#\s]+)", re.IGNORECASE)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def _slug(url: str) -> str | None:
    match = _PROFILE.match(url)
    return unicodedata.normalize("NFC", unquote(match[1])).lower() if match else None


def test_the_seed_decides_the_text() -> None:
    """The same arguments give the same text, another seed another."""
    assert messy_csv(7, 50, _NOW) == messy_csv(7, 50, _NOW)
    assert messy_csv(7, 50, _NOW) != messy_csv(8, 50, _NOW)


def test_there_are_as_many_people_as_asked_for() -> None:
    """Duplicates in other spellings add no one, neither do the bad rows."""
    rows = _rows(messy_csv(7, 400, _NOW))
    slugs = [
        slug for row in rows if (slug := _slug(row["linkedin_url"])) and not slug.startswith("rejected-")
    ]
    assert len(set(slugs)) == 400
    assert len(slugs) > 440
    assert len({row["linkedin_url"] for row in rows}) > len(set(slugs))


def test_the_text_has_what_makes_scraped_files_hard() -> None:
    """A byte order mark, quoted commas and line breaks, every spelling of a URL."""
    text = messy_csv(7, 400, _NOW)
    rows = _rows(text)
    urls = [row["linkedin_url"] for row in rows]
    assert text.startswith("\ufeff" + ",".join(COLUMNS))
    assert any("\n" in row["engagement_content"] for row in rows)
    assert any("," in row["company_name"] for row in rows)
    for sign in ("utm_source", "trk=", "de.linkedin.com", "%", "HTTPS://WWW", "#experience"):
        assert any(sign in url for url in urls), sign
    assert any(not url.isascii() for url in urls)
    assert any(url.startswith("linkedin.com") for url in urls)


def test_some_rows_must_be_rejected() -> None:
    """Each column that can be wrong is wrong somewhere."""
    rows = _rows(messy_csv(7, 2000, _NOW))
    assert any("/company/" in row["linkedin_url"] for row in rows)
    assert any(row["source_type"] == "follower" for row in rows)
    assert any(not row["source_name"] for row in rows)
    assert any(row["scraped_at"] == "last week" for row in rows)
    assert any(len(row["engagement_content"]) > 5000 for row in rows)
    assert any(row["source_url"] == "see the post" for row in rows)


def test_the_dates_are_recent() -> None:
    """Every date that is one lies within the sixty days before `now`, so retention has not run out."""
    good = [
        row["scraped_at"]
        for row in _rows(messy_csv(7, 300, _NOW))
        if re.match(r"2026-(09|10|11)", row["scraped_at"])
    ]
    moments = [datetime.fromisoformat(text) for text in good]
    aware = [moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in moments]
    assert len(aware) >= 300
    assert all(_NOW - timedelta(days=61) < moment < _NOW for moment in aware)
