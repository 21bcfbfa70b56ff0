"""People with names that nobody else has, and every spelling in which what is theirs may have been left."""

from __future__ import annotations

import base64
import json
import unicodedata
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

#: In each field of theirs stands one of these: plain letters, letters that UTF-8 gives two bytes, and the
#: beginning under which a host name writes the second.
PLAIN, ACCENTED = "zyxquill", "žÿxqüill"
MARKS = (PLAIN, ACCENTED, ACCENTED.encode("idna").decode())
#: Before what is encoded there may stand any number of bytes.
_SHIFTS = range(3)


def person(name: str) -> dict[str, Any]:
    """As a scraper's door takes them, with something of theirs in each field; ``name`` tells them apart."""
    return {
        "linkedin_url": f"https://www.linkedin.com/in/{ACCENTED}-{name}",
        "email": f"{PLAIN}.{name}@{PLAIN}-mail.example",
        "first_name": ACCENTED.title(),
        "last_name": f"{PLAIN.title()}son",
        "company_name": f"{ACCENTED.upper()} Tannery",
        "source_type": "post_liker",
        "source_name": "Rival",
        "source_url": f"https://example.com/posts/{PLAIN}?of={quote(ACCENTED)}",
        "engagement_content": f"I am {ACCENTED} and I like this",
        "scraped_at": "2026-01-15T10:00:00Z",
    }


def traces(data: bytes, more: Iterable[str] = ()) -> list[str]:
    """Which of the marks, and of the values in ``more``, stand there in whatever spelling."""
    lowered = data.lower()
    return [
        mark
        for mark in dict.fromkeys([*MARKS, *more])
        if any(one in lowered for one in spellings(mark)) or any(one in data for one in encodings(mark))
    ]


def spellings(mark: str) -> set[bytes]:
    """As bytes in lower case: texts, JSON, URLs, hexadecimal digits, two bytes a letter."""
    # What stands in capitals has other bytes in UTF-8, which `bytes.lower` does not know.
    cases = {mark, mark.lower(), mark.upper(), mark.title()}
    forms = {unicodedata.normalize(form, one) for one in cases for form in ("NFC", "NFD")}
    texts = {
        text
        for one in forms
        for text in (one, json.dumps(one)[1:-1], quote(one), quote(quote(one, safe=""), safe=""))
    }
    wide = {one.encode(code) for one in forms for code in ("utf-16-le", "utf-16-be")}
    digits = {one.encode().hex().encode() for one in forms}
    return {one.lower() for one in ({text.encode() for text in texts} | wide | digits)}


def encodings(mark: str) -> set[bytes]:
    """In Base64, wherever within the text the mark begins; letters' case counts there."""
    forms = {mark, mark.lower(), mark.upper(), mark.title()}
    plain = {_shifted(one.encode(), shift) for one in forms for shift in _SHIFTS}
    return plain | {one.translate(bytes.maketrans(b"+/", b"-_")) for one in plain}


def _shifted(text: bytes, shift: int) -> bytes:
    """Without the letters at both ends in which a neighbour has a part."""
    whole = base64.b64encode(b"\0" * shift + text).rstrip(b"=")
    first = (0, 2, 3)[shift]
    return whole[first : len(whole) - (1 if (shift + len(text)) % 3 else 0)]
