"""Lists of persons who are known by hashes alone, as California's DROP delivers them.

A download of the Delete Request and Opt-out Platform holds a CSV for each kind of identifier, with the
columns ``ID,Hash``: the identifier standardised, hashed by SHA-256 and written in Base64 (privacy.ca.gov,
"Working with the data", version 1.2.0 of 2 July 2026). The kind stands in the file's name:
``20260312_4821_Email.csv``.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from alpha_swarm.domain.doors.who import Who
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Data brokers have to fetch the lists, and to delete by them, at least so often (Civil Code 1798.99.86).
CYCLE_DAYS = 45
#: The fact in which the moment stands at which the last of its lists was taken in.
FETCHED = "drop.fetched"

_ID, _HASH, _LIST_TYPE = "id", "hash", "listtype"
_EMAIL, _PHONE = "email_sha256", "phone_sha256"
DIGESTS = (_EMAIL, _PHONE)
#: By what the lists name persons → the kind of ours; by the rest we hold nothing.
_KINDS = {"email": _EMAIL, "phone": _PHONE}
_FOREIGN = ("ndz", "maid", "ctvid", "namevin")
#: A number is compared by its last digits.
_DIGITS = 10
_SPELT = re.compile(r"[A-Za-z0-9+/]{43}=")


class DropList:
    """How one such file is read."""

    def __init__(self, columns: Sequence[str], kind: str | None) -> None:
        """``columns``: the headings, in lower case; ``kind``: of a list that has but one."""
        self._hash = columns.index(_HASH)
        self._type = columns.index(_LIST_TYPE) if _LIST_TYPE in columns else None
        self._kind = kind

    @property
    def withdrawn(self) -> bool:
        """Whether it names those who took their request back."""
        return self._type is not None

    @classmethod
    def of(cls, file_name: str, heading: Sequence[str]) -> DropList | None:
        """``None``: it is another sort of list.

        Raises:
            UserError: it is one by which nobody can be found here, or does not say by what it names persons.
        """
        columns = [one.strip().lower() for one in heading]
        if not {_ID, _HASH} <= set(columns):
            return None
        parts = re.split(r"[_.]", file_name.lower())
        foreign = next((one for one in _FOREIGN if one in parts), None)
        if foreign:
            raise UserError(
                f"{file_name} names persons by {foreign.upper()}, of which nothing is held here:"
                " select the lists Email and Phone in DROP"
            )
        kind = next((_KINDS[one] for one in parts if one in _KINDS), None)
        if kind is None and _LIST_TYPE not in columns:
            raise UserError(f"{file_name}: keep the name that DROP gave it, such as 20260312_4821_Email.csv")
        return cls(columns, kind)

    def who(self, row: Sequence[str]) -> Who | None:
        """Whom a row names, if it can be anybody here."""
        if len(row) <= max(self._hash, self._type or 0):
            return None
        kind = self._kind if self._type is None else _KINDS.get(row[self._type].strip().lower())
        spelt = row[self._hash].strip()
        return Who(digest=f"{kind}:{spelt}") if kind and _SPELT.fullmatch(spelt) else None


def digest_of(name: str) -> str | None:
    """How a name (``email:…``, ``phone:…``) stands on such lists; ``None`` for what does not."""
    kind, _, value = name.partition(":")
    if kind == "email":
        return f"{_EMAIL}:{_digest(''.join(value.split()).lower())}"
    if kind == "phone":
        digits = "".join(one for one in value if one.isdecimal())
        return f"{_PHONE}:{_digest(digits[-_DIGITS:])}"
    return None


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
