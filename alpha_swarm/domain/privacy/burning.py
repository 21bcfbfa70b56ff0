"""Which letters name a person, and what of a letter is left when the person goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic_core import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.domain.privacy.rights import Identifiers

#: No word is shorter that would not be found anywhere.
_SHORTEST = 3
#: A name within a longer one is another person's; but a letter before it may be the end of an escape.
_ESCAPED = rb"(?<=%[0-9a-f]{2})|(?<=\\[nrt])|(?<=\\u[0-9a-f]{4})"
_BEFORE = rb"(?:(?<![0-9a-z])|" + _ESCAPED + rb")"
_BEFORE_ADDRESS = rb"(?:(?<![0-9a-z._+-])|" + _ESCAPED + rb")"
_AFTER = rb"(?![0-9a-z])"
_AFTER_ADDRESS = rb"(?![0-9a-z-]|\.[0-9a-z])"
#: What follows a profile's name may be escaped: a slash, and no further letter.
_AFTER_PROFILE = rb"(?![0-9a-z-]|%[c-f][0-9a-f])"


def needles(who: Identifiers) -> re.Pattern[bytes] | None:
    """What a letter about them holds, however it is escaped."""
    parts = list(_parts(who))
    return re.compile(b"|".join(parts), re.IGNORECASE) if parts else None


def spared(body: bytes, named: re.Pattern[bytes]) -> bytes | None:
    """Of several messages in one letter those that are about others; ``None`` where there are none."""
    try:
        read = from_json(body)
    except ValueError:
        return None
    if not isinstance(read, list):
        return None
    others = [one for one in read if not named.search(to_json(one))]
    return to_json(others) if 0 < len(others) < len(read) else None


def _parts(who: Identifiers) -> Iterator[bytes]:
    ids = [*who.lead_ids, *(one for system in who.records for one in who.of(system))]
    yield from (_BEFORE + name + _AFTER for name in _escaped(ids))
    addresses = [*who.emails, *(one.replace("@", "%40") for one in who.emails)]
    yield from (_BEFORE_ADDRESS + name + _AFTER_ADDRESS for name in _escaped(addresses))
    slugs = [url.partition(".com/")[2].split("/", 1)[-1] for url in who.linkedin]
    yield from (_BEFORE + name + _AFTER_PROFILE for name in _escaped(slugs))
    yield from (_phone(one) + rb"(?!\d)" for one in who.phones)


def _phone(number: str) -> bytes:
    """With whatever people write between its digits, and without what stands before them in one country."""
    digits = number.lstrip("+")[-9:]
    return r"[\s().-]{0,3}".join(digits).encode()


def _escaped(texts: list[str]) -> Iterator[bytes]:
    return (re.escape(text.encode()) for text in texts if len(text) >= _SHORTEST)
