"""A letter that names a person is burnt when they go, and no letter about somebody else is."""

from __future__ import annotations

import json
from unicodedata import normalize
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.leads.identity import canonical_url
from alpha_swarm.domain.privacy.burning import Naming, spared
from alpha_swarm.domain.privacy.rights import Identifiers

WHO = Identifiers(
    lead_ids=("01JABCDEF0123456789ABCDEFG",),
    emails=("mara.ellingsen@brightforge.example",),
    phones=("+14155550101", "+49305550123"),
    linkedin=("https://www.linkedin.com/in/mara-ellingsen", canonical_url("josé-garcía-9")),
    records={"hubspot": ("12345",)},
)


def named(text: str) -> bool:
    """Whether a letter with this text is theirs."""
    return Naming(WHO)(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        '{"objectId":12345}',
        "id=12345&x=1",
        "id%3A12345%2C",
        r"line\n12345",
        '{"email":"Mara.Ellingsen@Brightforge.example"}',
        "rubbish about mara.ellingsen@brightforge.example.",
        "email=mara.ellingsen%40brightforge.example&x",
        r"\u003cmara.ellingsen@brightforge.example\u003e",
        "https://linkedin.com/in/mara-ellingsen/?trk=x",
        quote("https://www.linkedin.com/in/mara-ellingsen/", safe=""),
        "call (415) 555-0101 today",
        '{"phone":14155550101}',
        "+49 (0)30 555-0123",
        "https://linkedin.com/in/josé-garcía-9",
        "https://linkedin.com/in/JOSÉ-GARCÍA-9/",
        normalize("NFD", "https://linkedin.com/in/josé-garcía-9"),
        canonical_url("josé-garcía-9"),
        json.dumps({"url": "https://linkedin.com/in/josé-garcía-9"}),
        r'{"email":"mara.ellingsen\u0040brightforge.example"}',
        "01jabcdef0123456789abcdefg",
    ],
)
def test_a_letter_that_names_them_is_theirs_however_it_is_escaped(text: str) -> None:
    assert named(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"objectId":9123456}',
        '{"objectId":123450}',
        "tamara.ellingsen@brightforge.example",
        "x.mara.ellingsen@brightforge.example",
        "mara.ellingsen@brightforge.example.org",
        "https://linkedin.com/in/mara-ellingsen-7",
        "https://linkedin.com/in/mara-ellingseng",
        "https://linkedin.com/in/mara-ellingsen%C3%A9",
        r"https://linkedin.com/in/mara-ellingsen\u00e9",
        "https://linkedin.com/in/xjosé-garcía-9",
        "https://linkedin.com/in/jose-garcia-9",
        "order 41555501017",
    ],
)
def test_a_name_within_another_ones_is_nobodys(text: str) -> None:
    """Or the letter of whoever has the longer name would be lost."""
    assert not named(text)


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_of_a_letter_about_several_only_their_part_goes(theirs: list[bool]) -> None:
    """A CRM tells of up to a hundred people in one letter."""
    messages = [{"objectId": 12345 if one else 70000 + place} for place, one in enumerate(theirs)]
    rest = spared(json.dumps(messages).encode(), Naming(WHO))
    others = [one for one in messages if one["objectId"] != 12345]
    assert (json.loads(rest) if rest else []) == (others if any(theirs) else [])


@pytest.mark.parametrize("body", [b'{"objectId":12345}', b"no JSON about 12345", b"[]"])
def test_a_letter_of_one_piece_is_spared_nothing(body: bytes) -> None:
    assert spared(body, Naming(WHO)) is None


def test_whoever_is_known_by_nothing_is_named_nowhere() -> None:
    """What is as short as this stands in every letter."""
    who = Identifiers(lead_ids=(), emails=(), phones=(), linkedin=(), records={"hubspot": ("1",)})
    assert not Naming(who).knows
