"""Record ids: 15 characters that tell case apart, and 18 for whoever does not."""

from __future__ import annotations

import string

PREFIX = "00Q"
SHORT = 15
LONG = 18
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SUFFIX = string.ascii_uppercase + "012345"


def record_id(number: int) -> str:
    """The 18 characters of the lead with this number."""
    digits = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    short = PREFIX + digits.rjust(SHORT - len(PREFIX), "0")
    return short + "".join(_check(short[start : start + 5]) for start in (0, 5, 10))


def is_id(text: str) -> bool:
    """Whether it has the shape of one."""
    return len(text) in {SHORT, LONG} and text.isascii() and text.isalnum()


def _check(part: str) -> str:
    return _SUFFIX[sum(character.isupper() << place for place, character in enumerate(part))]
