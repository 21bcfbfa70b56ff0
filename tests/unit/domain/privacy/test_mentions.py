"""Of a letter a person is shown what is about them, and nothing about others."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.privacy.mentions import UNREADABLE, Names, parts_about
from alpha_swarm.domain.privacy.rights import Identifiers
from tests.unit.domain.factories import json_values

ADA = Names.of(
    Identifiers(
        lead_ids=("01J0000000000000000000LEAD",),
        emails=("ada@works.example",),
        linkedin=("https://www.linkedin.com/in/ada-example",),
        records={"hubspot": ("101",), "clay": ("row_1",)},
    )
)


def test_of_a_batch_only_the_persons_own_part_is_shown() -> None:
    """By whatever name, in whatever spelling, a number too."""
    own = [
        {"email": "ADA@works.example", "title": "CEO"},
        {"profile": "http://linkedin.com/in/Ada-Example/?x=1"},
        {"objectId": 101},
    ]
    others = [
        {"email": "eve@works.example"},
        {"profile": "https://www.linkedin.com/in/ada"},
        {"objectId": 1011},
    ]
    body = json.dumps({"type": "batch", "rows": [*own, *others]}).encode()
    assert parts_about(body, ADA) == own


def test_a_letter_about_the_person_is_shown_whole() -> None:
    letter = {"row_id": "row_1", "data": {"title": "CEO"}}
    assert parts_about(json.dumps(letter).encode(), ADA) == [letter]


def test_a_letter_that_is_no_json_is_named_and_not_shown() -> None:
    assert parts_about(b"<lead>ada@works.example</lead><lead>eve@works.example</lead>", ADA) == [UNREADABLE]
    assert parts_about(b"<lead>eve@works.example</lead>", ADA) == []


@given(value=json_values(), body=st.binary(max_size=50))
def test_nothing_that_comes_in_breaks_it(value: object, body: bytes) -> None:
    """Whoever is named in nothing is shown nothing."""
    nobody = Names.of(Identifiers())
    assert parts_about(json.dumps(value, default=str).encode(), nobody) == []
    assert parts_about(body, nobody) == []
