"""Sixteen writers make one chain, and whoever changes anything of it afterwards is found out."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import delete, insert, update

from alpha_swarm.domain.privacy.audit import START, Anchor, Chain, Head
from alpha_swarm.ledger.config import LedgerConfig
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.schema.audit import audit, audit_head
from alpha_swarm.proof.trial import Result, Trial, Violation

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from alpha_swarm.domain.privacy.audit import Record
    from alpha_swarm.proof.ground import Ground

    #: What it makes of the records, and the first bad one.
    Tampering = Callable[[random.Random, list[Record]], tuple[list[Record], int]]

WRITERS = 16
_COLUMNS = ("seq", "at", "kind", "detail", "mac")


class TamperedTrail(Trial):
    """Each tampering is the work of somebody who owns the database, and does not have the key."""

    name: ClassVar[str] = "an audit trail that sixteen write, and somebody tampers with"
    guarantees: ClassVar[tuple[int, ...]] = (25,)
    seconds: ClassVar[float] = 8.0

    def __init__(self, *, commits: int = 10, tamperings: int = 60) -> None:
        """``commits``: of each writer, with two records each."""
        self._commits = commits
        self._tamperings = tamperings

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Write, look, anchor; then tamper and look, again and again."""
        with ground.ledger() as url:
            ledger = SqlLedger(LedgerConfig(url=url, key=secrets.token_bytes(32)))
            try:
                self._write(ledger)
                found = list(self._not_whole(ledger))
                for number in range(self._tamperings):
                    way = _WAYS[number % len(_WAYS)]
                    found += _unseen(ledger, chance, way)
                return Result(self._tamperings, tuple(found), {"records": len(_records(ledger))})
            finally:
                ledger.close()

    def _write(self, ledger: SqlLedger) -> None:
        def some(writer: int) -> None:
            for commit in range(self._commits):
                with ledger.begin() as tx:
                    tx.audit.note("disclosure", writer=writer, commit=commit)
                    tx.audit.note("export", writer=writer, commit=commit)

        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(some, range(WRITERS)))

    def _not_whole(self, ledger: SqlLedger) -> list[Violation]:
        """A fork or a gap would be a flaw, and a lost record missing."""
        with ledger.read() as tx:
            verdict = tx.audit.verify((), START)
        wanted = 2 * WRITERS * self._commits
        if verdict.flaw is None and verdict.records == wanted:
            return []
        return [Violation("unchained", "trail", f"{verdict.records} of {wanted} records; {verdict.flaw}")]


def _unseen(ledger: SqlLedger, chance: random.Random, way: Tampering) -> list[Violation]:
    """One tampering with the tables, which are put right again."""
    whole = _records(ledger)
    anchors = [_head(whole, seq) for seq in (len(whole) // 2, len(whole))]
    bad, first = way(chance, list(whole))
    _put(ledger, bad)
    with ledger.read() as tx:
        told = tx.audit.verify([Anchor(one, "2026-01-01T00:00:00Z") for one in anchors], START).flaw
    _put(ledger, whole)
    if told is not None and told.seq == first:
        return []
    return [Violation("unseen", way.__name__.strip("_"), f"at record {first}; what was told: {told}")]


def _records(ledger: SqlLedger) -> list[Record]:
    with ledger.read() as tx:
        return list(tx.audit.walk(0))


def _head(records: Sequence[Record], seq: int) -> Head:
    return Head(seq, records[seq - 1][4])


def _put(ledger: SqlLedger, records: Sequence[Record]) -> None:
    """The tables as somebody leaves them, who does not forget the head."""
    with ledger.engine.begin() as connection:
        connection.execute(delete(audit))
        connection.execute(insert(audit), [dict(zip(_COLUMNS, one, strict=True)) for one in records])
        connection.execute(update(audit_head).values(seq=records[-1][0], mac=records[-1][4]))


def _edited(chance: random.Random, records: list[Record]) -> tuple[list[Record], int]:
    place = chance.randrange(len(records))
    seq, at, kind, detail, mac = records[place]
    changed = chance.choice([
        (seq, at + 1.0, kind, detail, mac),
        (seq, at, "access", detail, mac),
        (seq, at, kind, detail.replace("writer", "nobody"), mac),
        (seq, at, kind, detail, mac[::-1]),
    ])  # fmt: skip
    return [*records[:place], changed, *records[place + 1 :]], seq


def _left_out(chance: random.Random, records: list[Record]) -> tuple[list[Record], int]:
    place = chance.randrange(len(records) - 1)
    return [*records[:place], *records[place + 1 :]], place + 1


def _swapped(chance: random.Random, records: list[Record]) -> tuple[list[Record], int]:
    one, other = sorted(chance.sample(range(len(records)), 2))
    first, second = records[one], records[other]
    records[one], records[other] = (first[0], *second[1:]), (second[0], *first[1:])
    return records, one + 1


def _added(chance: random.Random, records: list[Record]) -> tuple[list[Record], int]:
    copied = chance.choice(records)
    return [*records, (len(records) + 1, *copied[1:])], len(records) + 1


def _cut_off(chance: random.Random, records: list[Record]) -> tuple[list[Record], int]:
    left = chance.randrange(1, len(records))
    return records[:left], left + 1


def _written_anew(chance: random.Random, records: list[Record]) -> tuple[list[Record], int]:
    """From some place to the end, under a key that somebody made up, or with none."""
    place = chance.randrange(len(records))
    return _chained(records, place, Chain(chance.choice([b"", b"made up"]))), place + 1


def _chained(records: list[Record], place: int, chain: Chain) -> list[Record]:
    kept, previous = records[:place], records[place - 1][4] if place else ""
    for seq, at, kind, detail, _ in records[place:]:
        previous = chain.mac(previous, seq, at, kind, detail)
        kept.append((seq, at, kind, detail, previous))
    return kept


_WAYS: tuple[Tampering, ...] = (_edited, _left_out, _swapped, _added, _cut_off, _written_anew)
