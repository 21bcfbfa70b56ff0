"""Whom somebody means, in whatever spelling."""

from __future__ import annotations

import pytest

from alpha_swarm.domain.doors.who import Who, lead_ids_in, names_in, names_of_values, read_who
from alpha_swarm.domain.leads.enrichment import Values
from alpha_swarm.domain.plain_text import plain_text
from alpha_swarm.domain.privacy.rights import Identifiers

LEAD = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        (LEAD.lower(), Who(lead_id=LEAD)),
        (" https://de.linkedin.com/in/Mara-1/?trk=x ", Who(slug="mara-1")),
        ("Mara@Example.com", Who(email="mara@example.com")),
        ("+1 (415) 555-0187", Who(phone="+14155550187")),
        ("HubSpot:1234", Who(system="hubspot", record_id="1234")),
        ("clay:row_77", Who(system="clay", record_id="row_77")),
        ("003xx000004TmiQ", Who(record_id="003xx000004TmiQ")),
        ("4155550187", Who(phone="+14155550187", record_id="4155550187")),
        ("John Smith", None),
        ("", None),
        ("nowhere:1234", None),
    ],
)
def test_what_is_given_is_read_as_what_it_looks_like(text: str, who: Who | None) -> None:
    """Digits alone may be a number or a record."""
    assert read_who(text) == who


def test_a_letter_is_read_for_addresses_and_ids_however_they_are_escaped() -> None:
    text = r'{"u":"https:\/\/www.linkedin.com\/in\/M%C3%A1ra","e":"A.B@x.example","q":"c%40y.example"}' + LEAD
    assert names_in(plain_text(text.encode())) == {
        "linkedin:mára",
        "email:a.b@x.example",
        "email:c@y.example",
    }
    assert lead_ids_in(text) == {LEAD}
    assert names_in("nobody at all") == frozenset()


def test_a_result_is_known_by_its_addresses_and_its_number() -> None:
    found = Values(email_work="A@x.example", phone="+14155550187")
    assert names_of_values(found) == ("email:a@x.example", "phone:+14155550187")


def test_identifiers_come_back_from_json_as_they_were() -> None:
    who = read_who("ghl:abc")
    assert who is not None
    known = Identifiers(lead_ids=(LEAD,), emails=("a@x.example",), records=who.identifiers.records)
    assert Identifiers.from_json(known.to_json()) == known
    assert (known.of("ghl"), known.of("clay")) == (("abc",), ())
