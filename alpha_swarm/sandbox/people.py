"""Leads as scrapers export them: real-looking, messy, invented."""

from __future__ import annotations

import csv
import io
import random
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from alpha_swarm.sandbox import words

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMNS = (
    "linkedin_url",
    "first_name",
    "last_name",
    "company_name",
    "source_type",
    "source_name",
    "source_url",
    "engagement_action",
    "engagement_content",
    "scraped_at",
)
_SOURCE_TYPES = ("competitor_follower", "event_attendee", "group_member", "post_commenter", "post_liker")
_DUPLICATE_SHARE = 0.15
_BAD_SHARE = 0.08
_LONGEST_AGE_DAYS = 60
_SHORT_SLUG_SHARE = 0.2

_Row = dict[str, str]


def messy_csv(seed: int, leads: int, now: datetime) -> str:
    """A CSV text with `leads` distinct people, and beside them duplicates and rows that must be rejected.

    It begins with a byte order mark. `scraped_at` lies within the sixty days before `now`.
    """
    rng = random.Random(f"{seed}/csv")
    slugs = [_slug(rng, number) for number in range(leads)]
    rows = [_row(rng, slug, now) for slug in slugs]
    rows += [_row(rng, rng.choice(slugs), now) for _ in range(int(leads * _DUPLICATE_SHARE))]
    rows += [_bad_row(rng, number, now) for number in range(int(leads * _BAD_SHARE))]
    rng.shuffle(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return "\ufeff" + out.getvalue()


def _slug(rng: random.Random, number: int) -> str:
    """A lower-case slug in NFC, unlike every other: from a name, or only from its first letter."""
    first, last = rng.choice(words.NAMES)
    name = first[0] if rng.random() < _SHORT_SLUG_SHARE else f"{first} {last}"
    plain = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", name).lower()).strip("-")
    return f"{plain}-{number:x}{rng.randrange(16**3):03x}"


def _row(rng: random.Random, slug: str, now: datetime) -> _Row:
    first, last = rng.choice(words.NAMES)
    company = f"{rng.choice(words.COMPANY_HEADS)}{rng.choice(words.COMPANY_TAILS)}"
    form = rng.choice(words.COMPANY_FORMS)
    return {
        "linkedin_url": rng.choice(_SPELLINGS)(slug),
        "first_name": first,
        "last_name": last,
        "company_name": f"{company}, {form}" if form else company,
        "source_type": rng.choice(_SOURCE_TYPES),
        "source_name": rng.choice(words.SOURCES),
        "source_url": rng.choice(("", "https://www.linkedin.com/company/gong-io/followers/")),
        "engagement_action": rng.choice(words.ENGAGEMENTS),
        "engagement_content": rng.choice(words.CONTENTS),
        "scraped_at": _moment(rng, now),
    }


def _moment(rng: random.Random, now: datetime) -> str:
    """An instant of the last sixty days in one of the spellings of ISO 8601."""
    age = timedelta(seconds=rng.randrange(3600, _LONGEST_AGE_DAYS * 86_400))
    at = now.astimezone(UTC).replace(microsecond=0) - age
    behind, ahead = timedelta(hours=-8), timedelta(hours=2)
    return rng.choice((
        f"{at:%Y-%m-%dT%H:%M:%SZ}",
        f"{at:%Y-%m-%dT%H:%M:%S}.{rng.randrange(1000):03d}Z",
        f"{at:%Y-%m-%d %H:%M:%S}",
        f"{at:%Y-%m-%dT%H:%M:%S}",
        f"{at + behind:%Y-%m-%dT%H:%M:%S}-08:00",
        f"{at + ahead:%Y-%m-%dT%H:%M:%S}+02:00",
    ))  # fmt: skip


# Every spelling leads back to the same slug.
_SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda slug: f"https://www.linkedin.com/in/{slug}",
    lambda slug: f"https://www.linkedin.com/in/{quote(slug)}/",
    lambda slug: f"http://linkedin.com/in/{quote(slug)}",
    lambda slug: f"linkedin.com/in/{slug}/",
    lambda slug: f"www.linkedin.com/in/{quote(slug)}",
    lambda slug: f"HTTPS://WWW.LinkedIn.com/in/{slug}/?utm_source=share&utm_medium=member",
    lambda slug: f"https://de.linkedin.com/in/{quote(slug)}?trk=people-guest&originalSubdomain=de",
    lambda slug: f"https://www.linkedin.com/in/{quote(slug).lower()}/en",
    lambda slug: f"https://www.linkedin.com/in/{slug}#experience",
    lambda slug: f"  https://fr.linkedin.com/in/{slug} ",
    lambda slug: f"https://www.linkedin.com/in/{slug.upper() if slug.isascii() else slug}",
    lambda slug: f"https://www.linkedin.com/in/{unicodedata.normalize('NFD', slug)}",
)

# What must be rejected, and for which reason.
_BAD_VALUES: tuple[tuple[str, str], ...] = (
    ("linkedin_url", "https://www.linkedin.com/company/brightforge/"),
    ("linkedin_url", "https://www.linkedin.com/school/northfield-college/"),
    ("linkedin_url", "https://www.linkedin.com/sales/lead/ACwAAB,NAME_SEARCH"),
    ("linkedin_url", "https://linkedin.com.profiles.example/in/mara"),
    ("linkedin_url", "https://mylinkedin.example/in/mara"),
    ("linkedin_url", "javascript:void(0)"),
    ("linkedin_url", "unknown"),
    ("linkedin_url", ""),
    ("source_type", "follower"),
    ("source_type", "webinar"),
    ("source_type", ""),
    ("source_name", ""),
    ("scraped_at", "2026-02-30T10:00:00Z"),
    ("scraped_at", "31.12.2025, 9 Uhr"),
    ("scraped_at", "last week"),
    ("scraped_at", ""),
    ("first_name", "x" * 101),
    ("last_name", "y" * 101),
    ("company_name", "z" * 201),
    ("source_name", "s" * 201),
    ("engagement_content", "w" * 5001),
    ("source_url", "see the post"),
    ("source_url", "ftp://files.example/list"),
)


def _bad_row(rng: random.Random, number: int, now: datetime) -> _Row:
    column, value = rng.choice(_BAD_VALUES)
    return _row(rng, f"rejected-{number:x}", now) | {column: value}
