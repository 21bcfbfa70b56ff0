"""Which letters name a person, and what of a letter is left when the person goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic_core import from_json, to_json

from alpha_swarm.domain.leads.identity import profile_slug
from alpha_swarm.domain.plain_text import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.domain.privacy.rights import Identifiers

#: No word is shorter that would not be found anywhere.
_SHORTEST = 3
#: A name within a longer one is another person's; but a letter before it may be the end of an escape.
_ESCAPED = r"(?<=\\[nrt])"
_LETTER = r"[^\W_]"
_BEFORE = rf"(?:(?<!{_LETTER})|{_ESCAPED})"
_BEFORE_ADDRESS = rf"(?:(?<![\w.+-])|{_ESCAPED})"
_AFTER = rf"(?!{_LETTER})"
_AFTER_ADDRESS = rf"(?!{_LETTER}|-|\.{_LETTER})"
_AFTER_PROFILE = rf"(?!{_LETTER}|-)"
#: Of a number, without what stands before them in one country.
_DIGITS = 9
_SEPARATORS = " \t\r\n\u00a0().-"
_WITHOUT_SEPARATORS = dict.fromkeys(map(ord, _SEPARATORS))


class Naming:
    """Whether a letter is about somebody, however it is escaped."""

    def __init__(self, who: Identifiers) -> None:
        ids = [*who.lead_ids, *(one for system in who.records for one in who.of(system))]
        slugs = filter(None, map(profile_slug, who.linkedin))
        kinds = (
            (ids, _BEFORE, _AFTER),
            (who.emails, _BEFORE_ADDRESS, _AFTER_ADDRESS),
            (slugs, _BEFORE, _AFTER_PROFILE),
        )
        parts = {
            name.lower(): before + re.escape(name.lower()) + after
            for names, before, after in kinds
            for name in names
            if len(name) >= _SHORTEST
        }
        self._texts = tuple(parts)
        self._digits = tuple(number.lstrip("+")[-_DIGITS:] for number in who.phones)
        self._exactly = re.compile("|".join([*parts.values(), *map(_phone, self._digits)]))
        self.knows = bool(self._texts or self._digits)
        """Whether there is anything by which a letter could be known."""

    def __call__(self, body: bytes) -> bool:
        """Most letters hold no such text at all, which is seen a hundred times faster than the rest."""
        text = plain_text(body).lower()
        if not any(one in text for one in self._texts):
            squeezed = text.replace("(0)", "").translate(_WITHOUT_SEPARATORS) if self._digits else ""
            if not any(one in squeezed for one in self._digits):
                return False
        return self._exactly.search(text) is not None


def spared(body: bytes, named: Callable[[bytes], bool]) -> bytes | None:
    """Of several messages in one letter those that are about others; ``None`` where there are none."""
    try:
        read = from_json(body)
    except ValueError:
        return None
    if not isinstance(read, list):
        return None
    others = [one for one in read if not named(to_json(one))]
    return to_json(others) if 0 < len(others) < len(read) else None


def _phone(digits: str) -> str:
    """With whatever people write between them; the nought of ``+49 (0)30…`` is none of them."""
    return rf"(?:[{_SEPARATORS}]|\(0\)){{0,4}}".join(digits) + r"(?!\d)"
