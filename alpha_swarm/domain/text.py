"""Text from outside, made fit to be kept."""

from __future__ import annotations

import re

#: What databases or UTF-8 refuse: controls, except tab and line breaks, and lone surrogates.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
#: Invisible characters that copying leaves at the ends: byte order mark, zero-width blanks, direction marks.
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060"
_ENDS = re.compile(rf"^[\s{_INVISIBLE}]+|[\s{_INVISIBLE}]+$")


def storable(text: str) -> str:
    """The text without what cannot be kept."""
    # Printable text, which nearly all is, holds nothing of that and of all blanks only the space.
    return text if text.isprintable() else _UNFIT.sub("", text)


def clean(text: str) -> str:
    """The same, trimmed; ``""`` when nothing is left."""
    return text.strip(" ") if text.isprintable() else _ENDS.sub("", storable(text))
