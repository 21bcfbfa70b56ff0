"""What a letter says, however its letters are escaped."""

from __future__ import annotations

import re
from unicodedata import normalize
from urllib.parse import unquote

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def plain_text(body: bytes) -> str:
    """The text without the escapes of JSON and of addresses, each letter in its one spelling (NFC)."""
    text = body.decode(errors="replace")
    if "\\" in text:
        text = _ESCAPED.sub(_letter, text.replace("\\/", "/"))
    if "%" in text:
        text = unquote(text)
    return text if text.isascii() else normalize("NFC", text)


def _letter(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16))
