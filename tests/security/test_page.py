"""``docs/security.md``: every point, with tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
PROOF = re.compile(r"\[(test_\w+)\]\(([^)]+)\)")


def rows() -> dict[int, tuple[str, str, str]]:
    """Number → what is asked, how it holds, what proves it."""
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return {int(number): (asked, holds, proof) for number, asked, holds, proof in found}


def test_all_thirty_points_stand_there_in_order() -> None:
    assert list(rows()) == list(range(1, 31))


def test_each_point_has_tests_or_says_why_there_is_none() -> None:
    """A reason is a sentence."""
    bare = [number for number, (_, _, proof) in rows().items() if not PROOF.search(proof)]
    assert [number for number in bare if not rows()[number][2].startswith("Reason: ")] == []


def test_each_test_that_is_named_is_there() -> None:
    """In the file that its link leads to."""
    named = [found for _, _, proof in rows().values() for found in PROOF.findall(proof)]
    missing = [
        (name, path)
        for name, path in named
        if f"def {name}(" not in (PAGE.parent / path).read_text(encoding="utf-8")
    ]
    assert missing == []
    assert len(set(named)) > 50
