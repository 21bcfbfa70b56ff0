"""Phones as HubSpot's search has them: the digits without the country's code."""

from __future__ import annotations

import phonenumbers


def national(phone: str) -> str | None:
    """The national number of one in E.164; ``None`` where it is none."""
    try:
        return str(phonenumbers.parse(phone).national_number)
    except phonenumbers.NumberParseException:
        return None


def may_be_same(ours: str, theirs: str) -> bool:
    """Whether two phones of one national number may be one: with a country's code they must have the same."""
    return not theirs.strip().startswith("+") or _digits(ours) == _digits(theirs)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())
