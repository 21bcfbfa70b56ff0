"""Who a lead is: the one spelling of a LinkedIn profile, else the e-mail, else the company."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from alpha_swarm.domain.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.leads.lead import LeadInput

_HOST = re.compile(r"(?:(?:www|m)\.)?(?:[a-z]{2}\.)?linkedin\.com\.?")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
#: What no slug holds, decoded: blanks, delimiters of URLs, and what browsers refuse in a path.
_FOREIGN = re.compile(r'[\s/\\?#%<>"{}|^`\x00-\x1f\x7f-\x9f\ud800-\udfff]')
_LONGEST_SLUG = 200
#: Scrapers encode twice at times; what is still encoded after this is no slug.
_DECODINGS = 3
_PUB_PARTS = 3


def profile_slug(url: str) -> str | None:
    """The slug that stands for a LinkedIn profile, ``None`` if the URL is none.

    ``/in/`` gives the name alone: decoded, NFC, lower case. What follows it (a locale, ``details/…``) and the
    query only say how the profile was looked at. ``/pub/`` gives ``pub/<name>/<a>/<b>/<c>``, since several
    people share the name.
    """
    segments = _segments(clean(url))
    if segments is None:
        return None
    match segments:
        case [kind, slug, *_] if kind.lower() == "in":
            return _normal(slug)
        case [kind, *parts] if kind.lower() == "pub":
            return _pub(parts)
        case _:
            return None


def canonical_url(slug: str) -> str:
    """The URL that is sent on: ASCII, percent-encoded, and ``profile_slug`` of it is ``slug`` again.

    ``https://www.linkedin.com/in/<slug>``, for a ``pub/…`` slug ``https://www.linkedin.com/pub/…``.
    """
    path = slug if slug.startswith("pub/") else f"in/{slug}"
    return f"https://www.linkedin.com/{quote(path, safe='/')}"


def identity_of(lead: LeadInput) -> str:
    """``linkedin:<slug>``, else ``email:<address>``, else ``company:<domain>``.

    Raises:
        ValueError: the lead has none of the three, which no door lets through.
    """
    slug = profile_slug(lead.linkedin_url) if lead.linkedin_url else None
    if slug:
        return f"linkedin:{slug}"
    if lead.email:
        return f"email:{lead.email.lower()}"
    if lead.company_domain:
        return f"company:{lead.company_domain.lower()}"
    raise ValueError("a lead needs a linkedin_url, an email or a company_domain")


def _segments(url: str) -> Sequence[str] | None:
    """The parts of the path, if the host is LinkedIn's and nothing else is odd."""
    if re.search(r"\s", url):  # a line break would be taken out without a word
        return None
    try:
        parts = urlsplit(url if _SCHEME.match(url) else f"https://{url.removeprefix('//')}")
        ours = parts.scheme in {"http", "https"} and parts.port in {None, 80, 443}
    except ValueError:
        return None
    # A user before the host is how look-alikes are written.
    if not ours or parts.username is not None or not _HOST.fullmatch(parts.hostname or ""):
        return None
    return [segment for segment in parts.path.split("/") if segment]


def _pub(parts: Sequence[str]) -> str | None:
    """``pub/`` with the name and its three parts; ``/pub/dir/`` is a directory of names."""
    wanted = [_normal(part) for part in parts[: 1 + _PUB_PARTS]]
    known = [part for part in wanted if part]
    if len(known) != 1 + _PUB_PARTS or known[0] == "dir":
        return None
    return "/".join(["pub", *known])


def _normal(segment: str) -> str | None:
    """One part of the path, decoded, NFC, lower case."""
    decoded = _decoded(segment)
    if decoded is None:
        return None
    slug = unicodedata.normalize("NFC", unicodedata.normalize("NFC", decoded).lower())
    if _FOREIGN.search(slug) or slug in {"", ".", ".."} or len(slug) > _LONGEST_SLUG:
        return None
    return slug


def _decoded(segment: str) -> str | None:
    """Percent-decoded to the end; ``None`` if it is no UTF-8: a replaced letter would join two persons."""
    for _ in range(_DECODINGS):
        try:
            segment = unquote(segment, errors="strict")
        except UnicodeDecodeError:
            return None
    return segment
