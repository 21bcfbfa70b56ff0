"""JSON as others write it."""

from __future__ import annotations

from typing import Any

import pytest

from alpha_swarm.domain.foreign_json import read_json


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (rb'{"a": "Zo\ud83d", "\udca9b": ["\ud83d\ude00", 1, null]}', {"a": "Zo", "b": ["😀", 1, None]}),
        (rb'"\\ud83d"', r"\ud83d"),
        ('"Zoë"'.encode(), "Zoë"),
    ],
)
def test_half_an_emoji_is_left_out(body: bytes, document: Any) -> None:
    """Whole ones stay, and so does what looks like a half and is a text."""
    assert read_json(body) == document


@pytest.mark.parametrize(
    "body", [b"", b"{", b'"\xff"', b"NaN", rb'{"a": "\ud83d"', b"[" * 3000 + rb'"\ud83d"' + b"]" * 3000]
)
def test_what_is_no_json_is_none(body: bytes) -> None:
    """Nor is what is nested beyond reason."""
    with pytest.raises(ValueError, match=r"."):
        read_json(body)
