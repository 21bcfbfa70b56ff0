"""Nobody is overwritten and nobody is there twice, whatever GoHighLevel's search for many is worth."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import requests

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.ghl.crm import Ghl
from alpha_swarm.connectors.ghl.settings import GhlConfig
from alpha_swarm.domain.calls.effect import Done, Outcome
from alpha_swarm.domain.crm.changes import Change, Ours, creation, improvement
from alpha_swarm.domain.crm.write_rules import Rule, WriteRules
from alpha_swarm.domain.states import Priority
from alpha_swarm.ports.crm import Contact, Record
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.contract.contracts import GHL, Judge
from tests.contract.sandbox import Sandbox
from tests.doubles import MemoryFacts, NoGate
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NEVER = 3600.0
RULES = WriteRules(default=Rule.OVERWRITE, edits_win_days=90)


@contextmanager
def sandbox_with(**settings: Any) -> Iterator[Sandbox]:
    """A sandbox of its own."""
    with running(SandboxSettings(limits=False, **settings)) as url:
        sandbox = Sandbox(url)
        yield sandbox
        sandbox.close()


@contextmanager
def connected(sandbox: Sandbox, facts: MemoryFacts, **more: Any) -> Iterator[Ghl]:
    """The connector."""
    config = GhlConfig(keys=("pit",), location_id="location", base_url=f"{sandbox.url}/ghl", **more)
    crm = Ghl(config, NoGate(), facts, SystemClock())
    yield crm
    crm.close()


def type_in(sandbox: Sandbox, **fields: str) -> str:
    """A person creates a contact."""
    session = requests.Session()
    answer = session.post(
        f"{sandbox.url}/ghl/contacts/",
        json={"locationId": "location", **fields},
        headers={"Authorization": "Bearer person", "Version": "2021-07-28"},
        timeout=60,
    )
    answer.raise_for_status()
    contact_id: str = answer.json()["contact"]["id"]
    return contact_id


def people(crm: Ghl, numbers: range) -> list[Contact]:
    """Those whom we know."""
    payloads = [
        {"email": f"p{one}@works.example", "first_name": "Found", "phone": f"+1415555{one:04}"}
        for one in numbers
    ]
    return [
        Contact(lead_id=f"lead-{one}", fields=crm.fields(payload), priority=Priority.NORMAL)
        for one, payload in zip(numbers, payloads, strict=True)
    ]


def gently(pairs: Sequence[tuple[Contact, Record | None]]) -> Mapping[str, Change | Outcome]:
    """What people typed in stays."""
    return {
        contact.lead_id: creation(contact.fields, RULES)
        if record is None
        else improvement(contact.fields, record, Ours(), RULES, datetime.now(UTC))
        for contact, record in pairs
    }


@pytest.mark.parametrize("unique", [("email", "phone"), ("email",), ("phone",)])
@pytest.mark.parametrize("duplicates", [False, True])
@pytest.mark.parametrize(
    "search",
    [
        {"ghl_search": "honour"},
        {"ghl_search": "honour", "ghl_index_lag_seconds": NEVER},
        {"ghl_search": "ignore"},
        {"ghl_search": "refuse"},
    ],
    ids=["honours", "lags", "ignores", "refuses"],
)
@pytest.mark.parametrize("fact", ["proven", ""])
def test_nobody_is_overwritten_and_nobody_is_there_twice(
    search: dict[str, Any],
    duplicates: bool,  # noqa: FBT001 - a parameter of the test
    unique: tuple[str, ...],
    fact: str,
) -> None:
    """Half of the people were typed in a moment ago; the search may have proven itself long before."""
    with (
        sandbox_with(ghl_allow_duplicates=duplicates, ghl_unique=unique, **search) as sandbox,
        connected(sandbox, MemoryFacts()) as crm,
    ):
        crm._search._known.put("ghl.search:location", fact)
        typed = [
            type_in(sandbox, email=f"p{one}@works.example", firstName="Typed") for one in range(0, 20, 2)
        ]
        first, second = people(crm, range(10)), people(crm, range(10, 20))
        outcomes = upserted(crm, first, decide=gently) | upserted(crm, second, decide=gently)
        assert all(isinstance(one, Done) for one in outcomes.values()), outcomes
        again = [
            replace(one, external_id=done.reference)
            for one in first
            if isinstance(done := outcomes[one.lead_id], Done)
        ]
        assert {
            one.detail["action"]
            for one in upserted(crm, again, decide=gently).values()
            if isinstance(one, Done)
        } == {"none"}
        contacts = {one["id"]: one for one in sandbox.ledger()["ghl"]["contact_list"]}
    assert len(contacts) == 20
    assert {contacts[one]["firstName"] for one in typed} == {"Typed"}
    assert all(one["phone"] for one in contacts.values())


def test_it_proves_itself_and_then_costs_one_call_for_whoever_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred new people: two searches, one look at the location, a hundred calls that create."""
    with sandbox_with() as sandbox, connected(sandbox, MemoryFacts()) as crm:
        judge = Judge(GHL, "https://services.leadconnectorhq.com", f"{sandbox.url}/ghl")
        judge.install(monkeypatch)
        upserted(crm, people(crm, range(10)))
        upserted(crm, people(crm, range(10)))
        before = sandbox.ledger()["ghl"]["calls"]
        outcomes = upserted(crm, people(crm, range(10, 110)))
        after = sandbox.ledger()["ghl"]["calls"]
    made = {name: number - before.get(name, 0) for name, number in after.items()}
    assert {name: number for name, number in made.items() if number} == {
        "getLocation": 1,
        "searchContacts": 2,
        "createContact": 100,
    }
    assert all(one == Done(one.reference, {"action": "create_contact"}) for one in outcomes.values())  # type: ignore[union-attr]


@pytest.mark.parametrize(("read_back", "reads"), [("off", 0), ("all", 40)])
def test_what_is_not_kept_is_told(read_back: Any, reads: int) -> None:
    """The answer to the write shows the phone all the same; only a look at the contact tells."""
    with (
        sandbox_with(ghl_phone_drop=0.5) as sandbox,
        connected(sandbox, MemoryFacts(), read_back=read_back) as crm,
    ):
        outcomes = upserted(crm, people(crm, range(40)))
        ledger = sandbox.ledger()["ghl"]
        assert ledger["calls"].get("getContact", 0) == reads
        without = {one["id"] for one in ledger["contact_list"] if "phone" not in one}
    told = {
        one.reference: one.detail["not_kept"]
        for one in outcomes.values()
        if isinstance(one, Done) and "not_kept" in one.detail
    }
    assert 0 < len(without) < 40
    assert told == ({key: ["phone"] for key in without} if read_back == "all" else {})


def test_one_in_a_hundred_is_in_the_sample() -> None:
    """Always the same ones, so that nobody is read twice for one lead."""
    with (
        sandbox_with() as sandbox,
        connected(sandbox, MemoryFacts(), read_back="sample") as crm,
    ):
        upserted(crm, people(crm, range(400)))
        reads = sandbox.ledger()["ghl"]["calls"].get("getContact", 0)
    assert 1 <= reads <= 12


def test_a_read_back_that_fails_changes_nothing() -> None:
    """The write took effect."""
    with (
        sandbox_with() as sandbox,
        connected(sandbox, MemoryFacts(), read_back="all") as crm,
    ):
        sandbox.fault("ghl", "getContact", "status", status=429, times=100)
        outcomes = upserted(crm, people(crm, range(5)))
    assert {one.detail["action"] for one in outcomes.values() if isinstance(one, Done)} == {"create_contact"}
    assert len(outcomes) == 5
