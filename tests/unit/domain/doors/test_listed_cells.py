"""Whom a cell of a list names."""

from __future__ import annotations

import pytest

from alpha_swarm.domain.doors.listed_cells import is_phone_heading, read_cell
from alpha_swarm.domain.doors.who import Who

PHONE = "phone:+14155550147"


def names(text: str, *, phones: bool = False) -> list[str]:
    """As they are hashed."""
    return [name for who in read_cell(text, phones=phones)[0] for name in who.names]


@pytest.mark.parametrize(
    "text",
    [
        "+14155550147",
        "(+1) 415 555 0147",
        "tel:+1-415-555-0147",
        "(415) 555-0147",
        "415.555.0147",
        "1-415-555-0147",
        "415 555 0147 x12",
    ],
)
def test_what_is_written_like_a_phone_is_one(text: str) -> None:
    assert names(text) == [PHONE]


@pytest.mark.parametrize(
    "text",
    [
        "4155550147",
        "1736935200",
        "1736935200.123",
        "2025-01-15 10:00:00",
        "2025-01-15T10:00:00+00:00",
        "203.0.113.195",
        "2024-00-1234",
        "$4,155,550,147",
        "+10.5%",
    ],
)
def test_an_id_a_moment_and_an_amount_are_nobody(text: str) -> None:
    assert read_cell(text) == ([], False)


def test_under_a_heading_of_phones_digits_are_one_and_no_record() -> None:
    assert read_cell("4155550147", phones=True) == ([Who(phone="+14155550147")], False)
    assert names("4155550147 / 4155550148", phones=True) == [PHONE, "phone:+14155550148"]
    assert read_cell("n/a", phones=True) == ([], False)
    assert read_cell("030 123456", phones=True) == ([], True)


def test_headings_that_speak_of_phones() -> None:
    said = ["Phone", "work_phone", "workPhone", "MobilePhone", "Mobile", "Tel.", "Telefonnummer", "Téléphone"]
    others = ["id", "created", "phone_id", "phone_verified_at", "Telegram", "hotel", "mobility", "email", ""]
    assert [one for one in said + others if is_phone_heading(one)] == said


@pytest.mark.parametrize(
    "text",
    [
        " A@x.example ",
        "mailto:a@x.example",
        "MAILTO:a%40x.example?subject=stop",
        "<a@x.example>",
        "Ann <a@x.example>",
        '"Ash, Ann" <mailto:a@x.example>',
        "Ash, Ann <a@x.example>",
    ],
)
def test_an_email_is_read_however_programs_write_it(text: str) -> None:
    assert read_cell(text) == ([Who(email="a@x.example")], False)


@pytest.mark.parametrize("between", [";", ", ", " ", "\n", "|", " / "])
def test_several_in_a_cell_are_each_read(between: str) -> None:
    cell = between.join(["a@x.example", "Ben <b@x.example>", "linkedin.com/in/cid"])
    if between == " ":
        cell = "a@x.example b@x.example linkedin.com/in/cid"
    assert names(cell) == ["email:a@x.example", "email:b@x.example", "linkedin:cid"]
    records, _ = read_cell(f"hubspot:12{between}ghl:ab")
    assert [(one.system, one.record_id) for one in records] == [("hubspot", "12"), ("ghl", "ab")]


@pytest.mark.parametrize(
    "text",
    ["she wrote to a@x.example", "a@x", "Ann (a@x.example)", "linkedin.com/sales/lead/AC", "+1 415 555 014"],
)
def test_what_seems_to_name_somebody_and_cannot_be_read_is_told(text: str) -> None:
    """Of a sentence nobody is taken: who is merely mentioned has not asked."""
    assert read_cell(text) == ([], True)


def test_what_names_nobody_is_not_told() -> None:
    assert [read_cell(text) for text in ("Ann Ash", "", "@ann", "12")] == [([], False)] * 4
