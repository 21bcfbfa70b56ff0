"""The audit trail: a chain of keyed hashes, in which every change of what was written shows."""

from __future__ import annotations

import hmac
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Sequence number, seconds since 1970, kind, detail as canonical JSON, and the keyed hash over all that.
Record = tuple[int, float, str, str, str]

MISSING = "is missing"
PUT_IN = "was put in: there is no record before the first"
CHANGED = "was changed, was put in, or took another's place"
REWRITTEN = "does not agree with the anchor of {at}: it or one before was written anew, with the key"
CUT = "is missing: by the anchor of {at} the trail had come to record {seq}"
SHORT = "is missing: the head of the trail is record {seq}"
BEYOND = "comes after the head of the trail, which is record {seq}"
NOT_THE_HEAD = "is not the one that the head of the trail names"
NO_HEAD = "cannot be told to be the last: the head of the trail is gone; put audit_head back from a copy"


class AuditKind(StrEnum):
    """What records are about."""

    DISCLOSURE = "disclosure"
    EXPORT = "export"
    CHANGE = "change"
    ERASURE = "erasure"
    OBJECTION = "objection"
    RECTIFICATION = "rectification"
    ACCESS = "access"
    IMPORT = "import"
    ALLOWANCE = "allowance"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True)
class Head:
    """A place in the trail: the number of its record, and that record's keyed hash."""

    seq: int
    mac: str


START = Head(0, "")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head as it was at some time, kept where whoever owns the database cannot change it."""

    head: Head
    at: str
    """ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first record that is not as it was written."""

    seq: int
    why: str

    def __str__(self) -> str:
        return f"record {self.seq} {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a look at the trail came to."""

    records: int
    """Those that are as they were written, up to the first that is not."""
    head: Head
    """The last of them."""
    anchors: int
    """Those that agree."""
    flaw: Flaw | None = None


class Chain:
    """Makes the keyed hash of a record, which covers the hash of the one before."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def mac(self, previous: str, seq: int, at: float, kind: str, detail: str) -> str:
        """64 hexadecimal digits. What we write has no line breaks, so each part keeps its place."""
        text = f"{previous}\n{seq}\n{at!r}\n{kind}\n{detail}"
        return hmac.digest(self._key, _bytes(text), "sha256").hex()

    def holds(self, previous: str, record: Record) -> bool:
        """Whether the record is as it was written after the one with this hash."""
        seq, at, kind, detail, mac = record
        return hmac.compare_digest(_bytes(self.mac(previous, seq, at, kind, detail)), _bytes(str(mac)))


def examine(
    records: Iterable[Record],
    chain: Chain,
    *,
    head: Head | None,
    anchors: Iterable[Anchor] = (),
    since: Head = START,
) -> Verdict:
    """Find the first record that is not as it was written.

    Args:
        records: those after ``since``, in their order.
        chain: of the key under which they were written.
        head: the last record, by the ledger's own word; ``None``: it has none.
        anchors: in any order; those up to ``since`` are left out.
        since: from where on to look.
    """
    walk = _Walk(chain, since, anchors)
    flaw = next(filter(None, map(walk.step, records)), None) or walk.end(head)
    return Verdict(
        records=walk.seq - since.seq, head=Head(walk.seq, walk.mac), anchors=walk.agreed, flaw=flaw
    )


class _Walk:
    """Goes along the trail, and keeps the last record that was as it should be."""

    def __init__(self, chain: Chain, since: Head, anchors: Iterable[Anchor]) -> None:
        self._chain = chain
        self.seq, self.mac, self.agreed = since.seq, since.mac, 0
        ahead = [one for one in anchors if one.head.seq > since.seq]
        self._anchors = deque(sorted(ahead, key=lambda one: one.head.seq))

    def step(self, record: Record) -> Flaw | None:
        """One further; what is wrong with it."""
        seq = self.seq + 1
        if record[0] != seq:
            return Flaw(seq, MISSING) if record[0] > seq else Flaw(record[0], PUT_IN)
        if not self._chain.holds(self.mac, record):
            return Flaw(seq, CHANGED)
        while self._anchors and self._anchors[0].head.seq == seq:
            anchor = self._anchors.popleft()
            if anchor.head != Head(seq, record[4]):
                return Flaw(seq, REWRITTEN.format(at=anchor.at))
            self.agreed += 1
        self.seq, self.mac = seq, record[4]
        return None

    def end(self, head: Head | None) -> Flaw | None:
        """Whether it ends where it should."""
        if self._anchors:
            last = self._anchors[-1]
            return Flaw(self.seq + 1, CUT.format(at=last.at, seq=last.head.seq))
        if head is None:
            return Flaw(self.seq, NO_HEAD)
        if head.seq > self.seq:
            return Flaw(self.seq + 1, SHORT.format(seq=head.seq))
        if head.seq < self.seq:
            return Flaw(head.seq + 1, BEYOND.format(seq=head.seq))
        return None if head == Head(self.seq, self.mac) else Flaw(self.seq, NOT_THE_HEAD)


def _bytes(text: str) -> bytes:
    """Also of what somebody put there that is no text."""
    return text.encode(errors="surrogateescape")
