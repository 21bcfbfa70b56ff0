"""The part of SOQL that is understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.salesforce.org import EXTERNAL_ID, lead

if TYPE_CHECKING:
    from tests.sandbox.salesforce.org import OrgClient


def test_records_are_found_by_what_they_are_known_by(org: OrgClient) -> None:
    """Id, e-mail whatever its case, phone and external id, alone and together."""
    ids = [result["id"] for result in org.upsert(*(lead(number, Phone=f"+{number}") for number in range(4)))]
    assert org.ids(f"WHERE Id IN ('{ids[0]}', '{ids[1][:15]}')") == ids[:2]
    assert org.ids("where Email = 'P2@A.example'") == [ids[2]]
    assert org.ids("WHERE Phone IN ('+3')") == [ids[3]]
    both = f"(Email IN ('p0@a.example', 'p1@a.example') OR {EXTERNAL_ID} IN ('l3')) AND IsConverted = false"
    assert org.ids(f"WHERE {both}") == [ids[0], ids[1], ids[3]]


def test_quotes_are_escaped_by_a_backslash(org: OrgClient) -> None:
    """And a value that is not escaped is no value."""
    first = org.seed({"LastName": "O'Neil \\ Co", "Company": "B"})
    assert org.ids("WHERE LastName = 'O\\'Neil \\\\ Co'") == first
    assert org.query("SELECT Id FROM Lead WHERE LastName = 'O'Neil'").status_code == 400


def test_what_changed_since_is_found_in_order_and_page_by_page(org: OrgClient) -> None:
    """Two thousand a page."""
    ids = org.seed(*({"LastName": f"{number:04}", "Company": "B"} for number in range(2500)))
    since = "WHERE SystemModstamp >= 2026-01-01T00:00:00Z ORDER BY LastName DESC"
    page = org.query(f"SELECT Id FROM Lead {since}").json()  # noqa: S608 - of tests alone
    assert (page["totalSize"], page["done"], len(page["records"])) == (2500, False, 2000)
    more = org.call("GET", page["nextRecordsUrl"].partition("v67.0")[2]).json()
    found = [record["Id"] for record in page["records"] + more["records"]]
    assert (found, more["done"]) == (ids[::-1], True)
    assert len(org.ids(f"{since} LIMIT 3")) == 3
    assert org.ids("WHERE SystemModstamp > 2999-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "MALFORMED_QUERY"),
        ("SELECT Id", "MALFORMED_QUERY"),
        ("SELECT * FROM Lead", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Email LIKE 'a%'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Email IN ()", "MALFORMED_QUERY"),
        ('SELECT Id FROM Lead WHERE Email = "a"', "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Email = 'a\\x'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Email = 'a' OR Email = 'b' AND Phone = 'c'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead; DELETE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead LIMIT many", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account", "INVALID_TYPE"),
        ("SELECT Nickname__c FROM Lead", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Nickname__c = 'a'", "INVALID_FIELD"),
    ],
)
def test_what_is_not_understood_is_refused(org: OrgClient, query: str, code: str) -> None:
    """With the vendor's code, in an array."""
    answer = org.query(query)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_a_long_address_is_refused(org: OrgClient) -> None:
    """Sixteen kilobytes are the most."""
    assert org.query("SELECT Id FROM Lead LIMIT " + "1" * 16_384).status_code == 414
