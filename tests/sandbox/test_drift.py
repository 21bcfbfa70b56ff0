"""The column's body as users see it drift."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from alpha_swarm.sandbox.clay.sources.drift import encode
from tests.sandbox.records import quiet

_BODY = {
    "request_id": "p0.1",
    "title": "CRO",
    "company_size": 250,
    "tech_stack": ["Gong", "Clari"],
    "email_work": "m@firm.example",
    "phone": None,
}
_SEEDS = range(40)


def _drifted(seed: int = 1, **shares: float) -> Any:
    typed = {"numbers_as_text": 0, "lists_as_text": 0} | shares
    return json.loads(encode(dict(_BODY), quiet(**typed), random.Random(seed)))


def test_without_drift_values_keep_their_types() -> None:
    """Only what is blank is an empty text."""
    assert _drifted() == _BODY | {"phone": ""}


def test_numbers_become_texts() -> None:
    """As a text template makes of them."""
    assert _drifted(numbers_as_text=1) == _BODY | {"phone": "", "company_size": "250"}


def test_lists_become_json_in_a_text() -> None:
    """The same list, once more in quotes."""
    assert json.loads(_drifted(lists_as_text=1)["tech_stack"]) == _BODY["tech_stack"]


def test_blank_keys_are_dropped() -> None:
    """What has a value stays."""
    assert set(_drifted(keys_dropped=1)) == set(_BODY) - {"phone"}


def test_blanks_become_words() -> None:
    """Several of them, over the seeds."""
    found = {_drifted(seed, blank_words=1)["phone"] for seed in _SEEDS}
    assert {"N/A", "null", "undefined"} <= found


def test_keys_are_respelt() -> None:
    """In capitals, in camel case, with blanks."""
    found = {next(iter(_drifted(seed, keys_respelt=1))) for seed in _SEEDS}
    assert found == {"REQUEST_ID", "Request_Id", "requestId", "Request Id"}


def test_values_have_wrong_types() -> None:
    """In one place a body, and never the id."""
    for seed in _SEEDS:
        body = _drifted(seed, wrong_types=1)
        assert sum(body[key] != value for key, value in (_BODY | {"phone": ""}).items()) == 1
        assert body["request_id"] == _BODY["request_id"]


def test_a_quote_that_nobody_escaped_breaks_the_json() -> None:
    """The text is there, and no parser takes it."""
    raw = encode(dict(_BODY), quiet(unparsable=1.0), random.Random(1))
    assert b'Head of "Growth" and Sales' in raw
    with pytest.raises(ValueError, match="delimiter"):
        json.loads(raw)


def test_a_body_may_be_huge() -> None:
    """More than a million bytes of it."""
    assert len(encode(dict(_BODY), quiet(huge=1.0), random.Random(1))) > 1_000_000
