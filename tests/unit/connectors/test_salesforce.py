"""Salesforce's connector where the answers are not the sandbox's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.connectors.salesforce.crm import Salesforce
from alpha_swarm.connectors.salesforce.settings import SalesforceConfig
from alpha_swarm.domain.calls.effect import Again, Done, Held
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import (
    AlphaSwarmError,
    CredentialsRefusedError,
    QuotaExhaustedError,
    RateLimitedError,
    RetryLaterError,
    WrongAddressError,
)
from alpha_swarm.ports.crm import Contact
from tests.doubles import MemoryFacts, NoGate, StillClock
from tests.scripted_server import ScriptedServer, told
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATA = "/services/data/v67.0"
DESCRIBE, COLLECTION = f"{DATA}/sobjects/Lead/describe", f"{DATA}/composite/sobjects/Lead/Alpha_Swarm_Id__c"
HOUR = 3601.0


def field(name: str, **more: Any) -> dict[str, Any]:
    """A field that may be written."""
    usual = {"name": name, "type": "string", "length": 80, "createable": True, "updateable": True}
    return {**usual, **more}


FIELDS = [
    field("Alpha_Swarm_Id__c", externalId=True, unique=True),
    field("LastName", nillable=False),
    field("Email", type="email"),
]
CONTACT = Contact(lead_id="l1", fields={"email": "p@works.example", "title": "CEO"}, priority=Priority.NORMAL)


@pytest.fixture
def clock() -> StillClock:
    """Ours."""
    return StillClock()


@pytest.fixture
def connect(server: ScriptedServer, clock: StillClock) -> Iterator[Callable[..., Salesforce]]:
    """Opens connectors to the other side, which has no leads: ``connect(facts)``."""
    server.answers("GET", DESCRIBE, told({"fields": FIELDS}))
    server.answers("GET", f"{DATA}/query", told({"done": True, "records": []}))
    opened: list[Salesforce] = []

    def begin(known: MemoryFacts | None = None) -> Salesforce:
        config = SalesforceConfig(instance_url=server.url, keys=("t0k3n",))
        opened.append(Salesforce(config, NoGate(), known or MemoryFacts(), clock))
        return opened[-1]

    yield begin
    for one in opened:
        one.close()


@pytest.fixture
def crm(connect: Callable[..., Salesforce]) -> Salesforce:
    """One of them."""
    return connect()


def error(code: str, message: str = "") -> list[dict[str, Any]]:
    """The vendor's form."""
    return [{"errorCode": code, "message": message}]


@pytest.mark.parametrize(
    ("status", "body", "kind", "seconds"),
    [
        (403, error("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), QuotaExhaustedError, 3600),
        (
            403,
            error("REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded."),
            RateLimitedError,
            30,
        ),
        (403, error("STORAGE_LIMIT_EXCEEDED"), QuotaExhaustedError, 3600),
        (403, error("API_DISABLED_FOR_ORG"), CredentialsRefusedError, 300),
        (401, error("INVALID_SESSION_ID"), CredentialsRefusedError, 300),
        (404, error("NOT_FOUND"), WrongAddressError, 300),
    ],
)
def test_what_concerns_all_leads_is_raised(
    server: ScriptedServer,
    crm: Salesforce,
    status: int,
    body: Any,
    kind: type[AlphaSwarmError],
    seconds: float,
) -> None:
    """A 403 may be a limit, a full org or a missing right: the code tells, and with limits the message."""
    server.answers("PATCH", COLLECTION, told(body, status))
    with pytest.raises(kind, match=body[0]["errorCode"]) as raised:
        upserted(crm, [CONTACT])
    assert getattr(raised.value, "seconds", getattr(raised.value, "after", None)) == seconds
    assert "Limit exceeded" not in str(raised.value)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "ok",
        [{"success": "perhaps"}],
        [{"id": "", "success": True}],
        [{"success": True}],
        [{"success": False}],
        [{"success": False, "errors": [{"message": "p@works.example"}]}],
    ],
)
def test_an_answer_in_another_shape_is_no_outcome(server: ScriptedServer, crm: Salesforce, body: Any) -> None:
    """The lead is tried again or looked up, whatever has happened."""
    server.answers("PATCH", COLLECTION, told(body))
    (outcome,) = upserted(crm, [CONTACT]).values()
    assert not isinstance(outcome, Done)
    assert "works" not in str(outcome)


@pytest.mark.parametrize("body", [error("INVALID_FIELD"), error("MALFORMED_QUERY"), [None], [[]], [7], {}])
def test_an_error_in_any_shape_has_a_verdict(server: ScriptedServer, crm: Salesforce, body: Any) -> None:
    """The vendor's array may hold anything."""
    server.answers("GET", f"{DATA}/query", told(body, 400))
    with pytest.raises(AlphaSwarmError):
        upserted(crm, [CONTACT])


def test_the_fields_are_asked_for_once_by_all_processes(
    server: ScriptedServer, connect: Callable[..., Salesforce], clock: StillClock
) -> None:
    """And looked at again after an hour, as somebody may have made one."""
    known = MemoryFacts()
    first, second = connect(known), connect(known)
    for crm in (first, second, first):
        crm.find("p@works.example", None)
    assert len(server.asked_for("GET", DESCRIBE)) == 1
    server.answers("GET", DESCRIBE, told({"fields": [*FIELDS, field("Title")]}))
    clock.sleep(HOUR)
    first.find("p@works.example", None)
    assert "Title" in server.asked_for("GET", f"{DATA}/query")[-1].query["q"]
    assert len(server.asked_for("GET", DESCRIBE)) == 2


def test_facts_that_cannot_be_read_are_found_out_anew(
    server: ScriptedServer, connect: Callable[..., Salesforce]
) -> None:
    """An older version may have remembered others."""
    known = MemoryFacts()
    connect(known).find("p@works.example", None)
    known.facts = dict.fromkeys(known.facts, "{}")
    connect(known).find("p@works.example", None)
    assert len(server.asked_for("GET", DESCRIBE)) == 2


@pytest.mark.parametrize(
    "fields", [FIELDS[1:], [field("Alpha_Swarm_Id__c"), *FIELDS[1:]], [{**FIELDS[0], "createable": False}]]
)
def test_without_a_field_for_our_id_nothing_is_written(
    server: ScriptedServer, crm: Salesforce, fields: list[dict[str, Any]]
) -> None:
    """Repeating a call would make duplicates; the remedy is told."""
    server.answers("GET", DESCRIBE, told({"fields": fields}))
    with pytest.raises(WrongAddressError, match="create it as a text field, External ID and Unique"):
        upserted(crm, [CONTACT])


def test_a_field_that_we_may_not_write_is_left_out(server: ScriptedServer, crm: Salesforce) -> None:
    """As one that is not there."""
    server.answers("GET", DESCRIBE, told({"fields": [*FIELDS, field("Title", updateable=False)]}))
    server.answers(
        "PATCH", COLLECTION, told([{"id": "00Q5g00000AbCdEEAV", "success": True, "created": True}])
    )
    assert upserted(crm, [CONTACT]) == {"l1": Done("00Q5g00000AbCdEEAV", {"action": "create_contact"})}
    (sent,) = server.asked_for("PATCH", COLLECTION)
    (record,) = sent.json["records"]
    assert record == {
        "attributes": {"type": "Lead"},
        "LastName": "[not provided]",
        "Email": "p@works.example",
        "Alpha_Swarm_Id__c": "l1",
    }


def test_a_locked_row_is_tried_again(server: ScriptedServer, crm: Salesforce) -> None:
    """The retry rule says when."""
    locked = {"success": False, "errors": [{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "", "fields": []}]}
    server.answers("PATCH", COLLECTION, told([locked]))
    assert upserted(crm, [CONTACT]) == {"l1": Again("salesforce could not write it now: UNABLE_TO_LOCK_ROW")}


def test_more_than_a_page_of_records_is_read_to_its_end(server: ScriptedServer, crm: Salesforce) -> None:
    """The rest is asked for at our own address, whatever host the answer names."""
    rows = [{"Id": f"00Q5g00000AbC{number:02}", "Email": "p@works.example"} for number in range(2)]
    more = "https://elsewhere.example/services/data/v67.0/query/01g-2000"
    server.answers("GET", f"{DATA}/query", told({"done": False, "records": rows[:1], "nextRecordsUrl": more}))
    server.answers("GET", f"{DATA}/query/01g-2000", told({"done": True, "records": rows[1:]}))
    assert isinstance(crm.read([CONTACT])["l1"], Held)


def test_a_fault_of_a_search_writes_nothing(server: ScriptedServer, crm: Salesforce) -> None:
    """Who cannot see what stands does not write over it."""
    server.answers("GET", f"{DATA}/query", told(error("QUERY_TIMEOUT"), 500))
    with pytest.raises(RetryLaterError):
        upserted(crm, [CONTACT])
    assert server.asked_for("PATCH", COLLECTION) == []
