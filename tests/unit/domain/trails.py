"""Trails in memory, and what somebody may do to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alpha_swarm.domain.privacy.audit import START, Anchor, Chain, Head, Record
from alpha_swarm.sealing import derived

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

#: That of a ledger with the key that tests give it.
CHAIN = Chain(derived(b"a key for tests", "audit"))
#: What somebody takes who has no key.
FOREIGN = Chain(b"")
KINDS = ("disclosure", "export", "change", "erasure")


@dataclass(frozen=True, slots=True)
class Trail:
    """All that a database owner can change, and the anchors, which they cannot."""

    records: tuple[Record, ...]
    head: Head
    anchors: tuple[Anchor, ...] = ()


@dataclass(frozen=True, slots=True)
class Tampered:
    """A trail that is not as it was, and the first record of which that holds."""

    trail: Trail
    first: int


def chained(
    parts: Sequence[tuple[float, str, str]], *, chain: Chain = CHAIN, since: Head = START
) -> list[Record]:
    """Records of these times, kinds and details, after this one."""
    records, last = [], since
    for at, kind, detail in parts:
        last = Head(last.seq + 1, chain.mac(last.mac, last.seq + 1, at, kind, detail))
        records.append((last.seq, at, kind, detail, last.mac))
    return records


def trail(draw: Random, length: int) -> Trail:
    """A trail with some anchors."""
    parts = [
        (1.7e9 + number + draw.random(), draw.choice(KINDS), f'{{"leads":["{draw.randrange(10**9)}"]}}')
        for number in range(length)
    ]
    records = chained(parts)
    anchored = sorted(draw.sample(range(1, length + 1), min(3, length)))
    anchors = tuple(Anchor(Head(seq, records[seq - 1][4]), f"2026-01-{seq % 28 + 1:02}") for seq in anchored)
    return Trail(tuple(records), head_of(records), anchors)


def head_of(records: Sequence[Record]) -> Head:
    """The last of them."""
    return Head(records[-1][0], records[-1][4]) if records else START


def edited(draw: Random, whole: Trail) -> Tampered:
    """Another time, kind, detail or hash."""
    place = draw.randrange(len(whole.records))
    seq, at, kind, detail, mac = whole.records[place]
    new: Record = draw.choice(
        [
            (seq, at + draw.choice([-1, 1]) * 2.0 ** -draw.randrange(20), kind, detail, mac),
            (seq, at, next(one for one in KINDS if one != kind), detail, mac),
            (seq, at, kind, flipped(draw, detail), mac),
            (seq, at, kind, detail, flipped(draw, mac)),
            (seq, at, "", f"{kind}\n{detail}", mac),
        ]
    )
    return Tampered(_with(whole, place, new), seq)


def deleted(draw: Random, whole: Trail) -> Tampered:
    """One of them, and the head is left as it is."""
    place = draw.randrange(len(whole.records))
    left = whole.records[:place] + whole.records[place + 1 :]
    return Tampered(replace(whole, records=left), place + 1)


def closed_up(draw: Random, whole: Trail) -> Tampered:
    """One is taken out, and the numbers of the others move up."""
    place = draw.randrange(len(whole.records) - 1)
    moved = [(record[0] - 1, *record[1:]) for record in whole.records[place + 1 :]]
    left = whole.records[:place] + tuple(moved)
    return Tampered(replace(whole, records=left, head=head_of(left)), place + 1)


def inserted(draw: Random, whole: Trail) -> Tampered:
    """A copy or an invention, and the numbers of the others make room."""
    place = draw.randrange(len(whole.records) + 1)
    model = draw.choice(whole.records[:place] + whole.records[place + 1 :])
    mac = draw.choice([model[4], "0" * 64, ""])
    moved = [(record[0] + 1, *record[1:]) for record in whole.records[place:]]
    new = (*whole.records[:place], (place + 1, *model[1:4], mac), *moved)
    return Tampered(replace(whole, records=new, head=head_of(new)), place + 1)


def put_before(draw: Random, whole: Trail) -> Tampered:
    """A record before the first."""
    seq = -draw.randrange(9)
    return Tampered(replace(whole, records=((seq, *whole.records[0][1:]), *whole.records)), seq)


def swapped(draw: Random, whole: Trail) -> Tampered:
    """Two change places."""
    first, second = sorted(draw.sample(range(len(whole.records)), 2))
    records = list(whole.records)
    one, other = records[first], records[second]
    records[first], records[second] = (one[0], *other[1:]), (other[0], *one[1:])
    return Tampered(replace(whole, records=tuple(records)), first + 1)


def cut(draw: Random, whole: Trail) -> Tampered:
    """The end goes, from before the last anchor on, and the head with it."""
    left = whole.records[: draw.randrange(whole.anchors[-1].head.seq)]
    return Tampered(replace(whole, records=left, head=head_of(left)), len(left) + 1)


def cut_and_gone_on(draw: Random, whole: Trail) -> Tampered:
    """The end goes, and what comes after is written by the program itself, with the key."""
    left = whole.records[: draw.randrange(whole.anchors[-1].head.seq)]
    more = chained([(at + 1, kind, detail) for _, at, kind, detail, _ in whole.records], since=head_of(left))
    records = (*left, *more)
    # Up to the first anchor behind the cut all of it could have been.
    first = next(one.head.seq for one in whole.anchors if one.head.seq > len(left))
    return Tampered(replace(whole, records=records, head=head_of(records)), first)


def rehashed(draw: Random, whole: Trail) -> Tampered:
    """One is changed, and all from there on are hashed anew without the key."""
    place = draw.randrange(len(whole.records))
    parts = [record[1:4] for record in whole.records[place:]]
    parts[0] = (parts[0][0], parts[0][1], flipped(draw, parts[0][2]))
    kept = whole.records[:place]
    records = (*kept, *chained(parts, chain=FOREIGN, since=head_of(kept)))
    return Tampered(replace(whole, records=records, head=head_of(records)), place + 1)


def flipped(draw: Random, text: str) -> str:
    """With one character changed."""
    place = draw.randrange(len(text))
    return f"{text[:place]}{chr(ord(text[place]) ^ 1)}{text[place + 1 :]}"


def _with(whole: Trail, place: int, record: Record) -> Trail:
    return replace(whole, records=(*whole.records[:place], record, *whole.records[place + 1 :]))


WAYS: tuple[Callable[[Random, Trail], Tampered], ...] = (
    edited,
    deleted,
    closed_up,
    inserted,
    put_before,
    swapped,
    cut,
    cut_and_gone_on,
    rehashed,
)
