"""Nobody passes for gone of whom that is not known, and nobody is taken for somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.connectors.salesforce.crm import Salesforce
from alpha_swarm.connectors.salesforce.settings import SalesforceConfig
from alpha_swarm.connectors.whose import Match, Whose, see_to_all
from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
from alpha_swarm.errors import GiveUpError, HaltError, RetryLaterError
from tests.doubles import MemoryFacts, NoGate, StillClock
from tests.scripted_server import ScriptedServer, Told, told
from tests.unit.connectors.test_salesforce import DATA, DESCRIBE, FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.connectors.ghl.crm import Ghl
    from alpha_swarm.connectors.hubspot.crm import HubSpot

CONTACTS = "/crm/objects/2026-03/contacts"
READ = f"{CONTACTS}/batch/read"
ADA = Identifiers(emails=("ada@works.example",), phones=("+14155550100",))
LEAD = "00Q000000000001AAA"


def match(record: str, *emails: str, named: bool = False) -> Match:
    """A record with these e-mails."""
    return Match(record, frozenset(emails), named=named)


@pytest.mark.parametrize(
    ("who", "found", "own"),
    [
        (ADA, [match("a", "ada@works.example"), match("b"), match("c", "bob@works.example")], "ab"),
        (ADA, [match("a", "new@works.example", named=True), match("b", "new@works.example")], "ab"),
        (ADA, [match("a", "bob@works.example", "ada@works.example")], "a"),
        (
            Identifiers(),
            [match("a", "ada@works.example"), match("b", "ada@works.example"), match("c")],
            "abc",
        ),
        (Identifiers(), [match("a", "ada@works.example"), match("b", "bob@works.example"), match("c")], "c"),
        (Identifiers(), [match("a", "ada@works.example", named=True), match("b", "bob@works.example")], "a"),
    ],
)
def test_whose_a_record_is(who: Identifiers, found: list[Match], own: str) -> None:
    """Whoever has another e-mail is another person; without any, the phone decides as long as it is clear."""
    whose = Whose(who)
    assert "".join(one.id for one in whose.own(found)) == own
    assert whose.others == {one.id for one in found} - set(own)


def test_the_same_person_stays_the_same_while_duplicates_come_up() -> None:
    """The first one removed says whose phone it is."""
    whose = Whose(Identifiers(phones=("+14155550100",)))
    assert whose.own([match("a", "ada@works.example")])
    assert not whose.own([match("b", "bob@works.example")])


def test_what_is_never_gone_is_an_error() -> None:
    """And so is a vendor that always has one more."""
    with pytest.raises(RetryLaterError, match="still has"):
        see_to_all("crm", lambda: ["a"], lambda _ids: None)
    numbers = iter(range(10_000))
    with pytest.raises(RetryLaterError, match="still has"):
        see_to_all("crm", lambda: [str(next(numbers))], lambda _ids: None)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (told({"results": [], "errors": [{"category": "INTERNAL_ERROR"}]}, 207), RetryLaterError),
        (told({"category": "VALIDATION_ERROR", "correlationId": "c"}, 400), GiveUpError),
        (told({}, 502), RetryLaterError),
        (Told(404, b"<html>"), HaltError),
        (told({}, 403), HaltError),
        (Told(200, b"OK"), RetryLaterError),
    ],
)
def test_hubspot_has_to_say_that_somebody_is_not_there(
    hubspot: HubSpot, server: ScriptedServer, answer: Told, kind: type[Exception]
) -> None:
    """Whatever else it says is no proof."""
    server.answers("POST", READ, answer)
    server.answers("POST", f"{CONTACTS}/search", told({"results": []}))
    server.answers("GET", "/crm/properties/2026-03/contacts", told({"results": []}))
    for act in (hubspot.forget, hubspot.known):
        with pytest.raises(kind):
            act(ADA)


def test_a_portal_without_our_property_knows_none_of_our_leads(
    hubspot: HubSpot, server: ScriptedServer
) -> None:
    """It refuses to be asked by it."""
    server.answers("POST", READ, told({"category": "VALIDATION_ERROR", "correlationId": "c"}, 400))
    assert hubspot.forget(Identifiers(lead_ids=("lead-1",))) == Receipt(removed=0)


@pytest.mark.parametrize(("status", "kind"), [(502, RetryLaterError), (403, HaltError)])
def test_ghl_has_to_say_that_somebody_is_not_there(
    ghl: Ghl, server: ScriptedServer, status: int, kind: type[Exception]
) -> None:
    """Both of its searches, and whoever is asked for by an id."""
    nobody = told({"contact": None})
    server.answers("POST", "/contacts/search", told({"contacts": [], "total": 0}))
    server.answers("GET", "/contacts/search/duplicate", told({}, status))
    with pytest.raises(kind):
        ghl.forget(ADA)
    server.answers("GET", "/contacts/search/duplicate", nobody)
    server.answers("POST", "/contacts/search", told({}, status))
    with pytest.raises(kind):
        ghl.forget(ADA)
    server.answers("GET", "/contacts/c", told({}, status))
    with pytest.raises(kind):
        ghl.forget(Identifiers(records={"ghl": ("c",)}))


@pytest.mark.parametrize("answer", [{"contacts": "none"}, {"total": 1}, []])
def test_ghl_s_search_for_many_may_say_what_it_likes(ghl: Ghl, server: ScriptedServer, answer: Any) -> None:
    """It stands in no contract, and the search for one is there as well."""
    server.answers("GET", "/contacts/search/duplicate", told({"contact": None}))
    server.answers("POST", "/contacts/search", told(answer))
    assert ghl.forget(ADA) == Receipt(removed=0)


@pytest.fixture
def salesforce(server: ScriptedServer) -> Iterator[Salesforce]:
    """Where one lead is, whatever becomes of it."""
    server.answers("GET", DESCRIBE, told({"fields": FIELDS, "keyPrefix": "00Q"}))
    server.answers("POST", f"{DATA}/composite/sobjects/Lead", told([{"Id": LEAD}]))
    crm = Salesforce(
        SalesforceConfig(instance_url=server.url, keys=("t",)), NoGate(), MemoryFacts(), StillClock()
    )
    yield crm
    crm.close()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("UNABLE_TO_LOCK_ROW", RetryLaterError),
        ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", GiveUpError),
        ("ENTITY_IS_DELETED", RetryLaterError),
    ],
)
def test_salesforce_may_delete_nothing(
    salesforce: Salesforce, server: ScriptedServer, code: str, kind: type[Exception]
) -> None:
    """The code says whether to try again; a lead that is gone and yet there is looked at again."""
    refused = {"success": False, "errors": [{"statusCode": code, "message": "ada@works.example"}]}
    server.answers("DELETE", f"{DATA}/composite/sobjects", told([refused]))
    with pytest.raises(kind) as failed:
        salesforce.forget(Identifiers(records={"salesforce": (LEAD,)}))
    assert "ada@" not in str(failed.value)


@pytest.mark.parametrize("answer", [[], [{"success": True}] * 2, {}])
def test_another_number_of_results_says_nothing(
    salesforce: Salesforce, server: ScriptedServer, answer: Any
) -> None:
    """The lead is looked for again."""
    server.answers("DELETE", f"{DATA}/composite/sobjects", told(answer))
    with pytest.raises(RetryLaterError):
        salesforce.forget(Identifiers(records={"salesforce": (LEAD,)}))
