"""What a cell of a list says of persons, in the ways in which people write addresses and numbers.

An e-mail, a LinkedIn address or ``SYSTEM:RECORD`` is one wherever it stands; several may stand in a cell.
Digits alone may as well be an id or a moment: they are a phone if they are written like one, or stand under
a heading that says so. Of a sentence nobody is named: who is merely mentioned has not asked.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from alpha_swarm.domain.addresses import normal_phone
from alpha_swarm.domain.doors.who import Who, read_address

#: Without any of these a cell names nobody.
_PERHAPS = re.compile(r"[@:\d]")
_BETWEEN = re.compile(r"[;,|\r\n\t]|\s/\s")
_WITH_NAME = re.compile(r"[^<>@]*<([^<>]+)>")
#: With a country's code, or as numbers are grouped in North America; whatever stands behind is an extension.
_LIKE_A_PHONE = re.compile(
    r"\(?\+|(?:1[ ./-])?(?:\(\d{3}\) ?|\d{3}[ ./-])\d{3}[ ./-]\d{4}(?:$|\s*(?:x|ext))", re.IGNORECASE
)
#: What whoever wrote it took for a name.
_MEANT = re.compile(r"\S@\S|linkedin\.com/(?:in|pub|sales)/|^\s*\(?\+[\d\s()./-]{7}", re.IGNORECASE)
_NUMBER = re.compile(r"\d(?:\D*\d){4}")

_WORDS = re.compile(r"[^\W\d_]+")
_CAMELS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SAYS_PHONE = re.compile(r".*phone.*|tel|.*telef.*|mobile?|mobil(?:nummer|funk.*)|cell|handy(?:nummer)?")
_ABOUT_PHONES = frozenset({"id", "at", "on", "date", "time", "type", "status", "count", "source", "verified"})


def is_phone_heading(heading: str) -> bool:
    """Whether digits below it are phone numbers (``Mobile``, ``work_phone``), and nothing about them."""
    words = {word.lower() for word in _WORDS.findall(_CAMELS.sub(" ", heading))}
    return any(map(_SAYS_PHONE.fullmatch, words)) and words.isdisjoint(_ABOUT_PHONES)


def read_cell(text: str, *, phones: bool = False) -> tuple[list[Who], bool]:
    """Whom it names, and whether it seems to name somebody else who cannot be read.

    ``phones``: whether digits alone are phone numbers here.
    """
    if not _PERHAPS.search(text) and "linkedin" not in text.lower():
        return [], False
    whole = read_address(text)
    if whole is not None:
        return [whole], False
    found: list[Who] = []
    doubtful = False
    for part in _BETWEEN.split(text):
        named = _named(part, phones=phones)
        found += named
        doubtful |= not named and bool(_MEANT.search(part) or (phones and _NUMBER.search(part)))
    return found, doubtful


def _named(part: str, *, phones: bool) -> list[Who]:
    """One, or as many as it has words, if each of them is one."""
    one = _one(part, phones=phones)
    if one is not None:
        return [one]
    each = [_one(word, phones=phones) for word in part.split()]
    return [who for who in each if who is not None] if None not in each else []


def _one(part: str, *, phones: bool) -> Who | None:
    """``Name <address>``, ``mailto:address``, ``tel:number``, or an address or a number as it is."""
    with_name = _WITH_NAME.fullmatch(part.strip())
    text = (with_name[1] if with_name else part).strip().strip("\"'")
    scheme, _, rest = text.partition(":")
    if scheme.lower() == "mailto":
        text = unquote(rest.partition("?")[0])
    if scheme.lower() == "tel":
        text, phones = rest, True
    found = read_address(text)
    if found is not None or not (phones or _LIKE_A_PHONE.match(text)):
        return found
    number = normal_phone(text)
    return Who(phone=number) if number else None
