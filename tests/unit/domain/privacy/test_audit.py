"""No change of the audit trail goes unseen, and the first bad record is named."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from alpha_swarm.domain.privacy.audit import START, Anchor, Head, Verdict, examine
from tests.unit.domain.trails import CHAIN, WAYS, Trail, chained, edited, head_of, trail

TAMPERINGS = 10_000
LONGEST = 24


def verdict(one: Trail, *, since: Head = START) -> Verdict:
    """Of the records after ``since``."""
    return examine(one.records[since.seq :], CHAIN, head=one.head, anchors=one.anchors, since=since)


def test_ten_thousand_random_tamperings_are_all_found_and_the_first_bad_record_is_named() -> None:
    """Edited, deleted, put in, swapped, cut, hashed anew; each kind a thousand times and more."""
    draw, missed, tried = Random(25), [], Counter[str]()
    for number in range(TAMPERINGS):
        whole, way = trail(draw, draw.randint(2, LONGEST)), WAYS[number % len(WAYS)]
        bad = way(draw, whole)
        found = verdict(bad.trail).flaw
        tried[way.__name__] += 1
        if found is None or found.seq != bad.first:
            missed.append((way.__name__, bad.first, found))
    assert missed == []
    assert min(tried.values()) > 1000


def test_a_whole_trail_is_whole_from_wherever_it_is_looked_at() -> None:
    draw = Random(8)
    for length in range(1, LONGEST):
        whole = trail(draw, length)
        assert verdict(whole) == Verdict(records=length, head=whole.head, anchors=len(whole.anchors))
        since = head_of(whole.records[: length // 2])
        assert verdict(whole, since=since).records == length - since.seq
        assert verdict(whole, since=since).flaw is None


def test_an_empty_trail_is_whole() -> None:
    assert verdict(Trail((), START)) == Verdict(records=0, head=START, anchors=0)


def test_what_comes_before_the_first_bad_record_is_counted() -> None:
    whole = trail(Random(3), 20)
    bad = replace(whole, records=(*whole.records[:7], *whole.records[8:]), anchors=())
    found = verdict(bad)
    assert (found.records, found.head) == (7, head_of(whole.records[:7]))
    assert found.flaw is not None
    assert found.flaw.why == "is missing"


def test_whoever_has_the_key_and_writes_all_of_it_anew_is_caught_by_an_anchor() -> None:
    """As a database owner would be where the hashes had no key."""
    whole = trail(Random(5), 30)
    parts = [record[1:4] for record in whole.records]
    records = chained([(parts[0][0], "export", "{}"), *parts[1:]])
    bad = Trail(tuple(records), head_of(records), whole.anchors)
    found = verdict(bad).flaw
    assert found is not None
    assert found.seq == whole.anchors[0].head.seq
    assert f"the anchor of {whole.anchors[0].at}" in found.why
    assert verdict(replace(bad, anchors=())).flaw is None


def test_an_end_that_no_anchor_knows_can_be_cut_off() -> None:
    """Which is why there is an anchor every hour."""
    whole = trail(Random(6), 30)
    known = whole.anchors[-1].head.seq
    left = whole.records[:known]
    assert verdict(replace(whole, records=left, head=head_of(left))).flaw is None


@pytest.mark.parametrize(
    ("head", "bad", "why"),
    [
        (Head(11, "0" * 64), 11, "is missing: the head of the trail is record 11"),
        (Head(9, "0" * 64), 10, "comes after the head of the trail, which is record 9"),
        (Head(10, "0" * 64), 10, "is not the one that the head of the trail names"),
    ],
)
def test_a_head_that_is_none_is_seen(head: Head, bad: int, why: str) -> None:
    whole = trail(Random(4), 10)
    found = verdict(replace(whole, head=head)).flaw
    assert found is not None
    assert (found.seq, found.why) == (bad, why)


def test_of_two_anchors_of_one_record_both_have_to_agree() -> None:
    whole = trail(Random(4), 10)
    for other in (whole.anchors[0].head.mac, "0" * 64):
        seq = whole.anchors[0].head.seq
        two = replace(whole, anchors=(*whole.anchors, Anchor(Head(seq, other), "2026-02-01")))
        assert (verdict(two).flaw is None) == (other == whole.anchors[0].head.mac)


def test_a_trail_goes_on_from_an_anchor_only_as_it_was() -> None:
    """The look of every hour begins at the last anchor."""
    whole = trail(Random(9), 20)
    since = Head(whole.anchors[0].head.seq, "0" * 64)
    found = verdict(whole, since=since).flaw
    assert found is not None
    assert found.seq == since.seq + 1
    shorter = replace(
        whole, records=whole.records[: since.seq - 1], head=head_of(whole.records[: since.seq - 1])
    )
    found = verdict(replace(shorter, anchors=()), since=whole.anchors[0].head).flaw
    assert found is not None
    assert found.seq == since.seq


def test_what_is_no_text_any_more_is_seen_and_what_moved_to_another_column() -> None:
    """SQLite keeps any bytes in a column of text."""
    whole = trail(Random(2), 5)
    seq, at, kind, detail, mac = whole.records[2]
    strange = "\udcff\udcfe"
    for bad in (
        (seq, at, f"{kind}\n{detail}", "", mac),
        (seq, at, kind, strange, mac),
        (seq, at, strange, "{}", mac),
        (seq, at, kind, "{}", strange),
    ):
        found = verdict(replace(whole, records=(*whole.records[:2], bad, *whole.records[3:]))).flaw
        assert found is not None
        assert found.seq == 3


def test_another_key_holds_nothing() -> None:
    """So a trail that is written by somebody else is none."""
    bad = edited(Random(1), trail(Random(1), 4))
    assert bad.trail.records != trail(Random(1), 4).records
    foreign = Trail(tuple(chained([(1.0, "export", "{}")], chain=type(CHAIN)(b"another"))), START)
    found = verdict(replace(foreign, head=head_of(foreign.records))).flaw
    assert found is not None
    assert found.seq == 1
