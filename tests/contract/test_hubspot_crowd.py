"""Many people at once, of whom answers are lost, and records fail in every mixture."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.calls.effect import Again, Done
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import RetryLaterError
from alpha_swarm.ports.crm import Contact
from tests.contract.hubspot import hubspot, record_fault, typed_in
from tests.contract.people import PAYLOAD
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.connectors.hubspot.crm import HubSpot
    from alpha_swarm.domain.calls.effect import Outcome
    from tests.contract.sandbox import Sandbox

PEOPLE, JOBS, PRESENT = 160, 16, 40
ROUNDS = 60


@pytest.fixture
def crm(sandbox: Sandbox) -> Iterator[HubSpot]:
    """One connector for all threads, as a process has it."""
    crm = hubspot(sandbox)
    crm.check()
    yield crm
    crm.close()


def person(crm: HubSpot, number: int) -> Contact:
    """Every fourth has a phone alone."""
    own: dict[str, Any] = {"lead_id": f"lead-{number}", "phone": f"+1415555{number:04}"}
    own["email"] = f"p{number}@works.example" if number % 4 else None
    return Contact(lead_id=f"lead-{number}", fields=crm.fields(PAYLOAD | own), priority=Priority.NORMAL)


def persist(crm: HubSpot, people: Sequence[Contact]) -> dict[str, Outcome]:
    """Again and again for whom it is not over, as the pipeline has it."""
    outcomes: dict[str, Outcome] = {}
    left = list(people)
    for _ in range(ROUNDS):
        try:
            outcomes |= upserted(crm, left)
        except RetryLaterError:
            continue
        left = [one for one in left if isinstance(outcomes[one.lead_id], Again)]
        if not left:
            break
    return outcomes


def test_replies_lost_make_no_duplicate(crm: HubSpot, sandbox: Sandbox) -> None:
    """30 % of them, before and after the effect, 16 jobs at once; some people stand there, half by phone."""
    for number in range(PRESENT):
        known = {"email": f"P{number}@works.example"} if number % 4 else {"phone": f"(415) 555-{number:04}"}
        typed_in(sandbox, firstname="Typed in", **known)
    for when in ("after", "before"):
        sandbox.fault("hubspot", "*", "reset", when=when, share=0.15)
    people = [person(crm, number) for number in range(PEOPLE)]
    parts = [people[start::JOBS] for start in range(JOBS)]
    with ThreadPoolExecutor(JOBS) as threads:
        outcomes = {
            name: one
            for part in threads.map(lambda part: persist(crm, part), parts)
            for name, one in part.items()
        }
    assert {type(one) for one in outcomes.values()} == {Done}
    ledger = sandbox.ledger()["hubspot"]
    assert (ledger["contacts"], ledger["duplicate_emails"], ledger["duplicate_phones"]) == (PEOPLE, 0, 0)
    assert ledger["blanks_written"] == 0
    references = {one.reference for one in outcomes.values() if isinstance(one, Done)}
    assert references == {record["id"] for record in ledger["contact_list"]}


def test_the_same_people_in_many_jobs_are_one_record_each(crm: HubSpot, sandbox: Sandbox) -> None:
    """Each job in another order, so that they meet; answers are lost all the same."""
    sandbox.fault("hubspot", "*", "reset", when="after", share=0.2)
    people = [person(crm, number) for number in range(1, 60) if number % 4]
    orders = [random.Random(seed).sample(people, len(people)) for seed in range(8)]
    with ThreadPoolExecutor(len(orders)) as threads:
        for outcomes in threads.map(lambda order: persist(crm, order), orders):
            assert {type(one) for one in outcomes.values()} == {Done}
    ledger = sandbox.ledger()["hubspot"]
    assert (ledger["contacts"], ledger["duplicate_emails"]) == (len(people), 0)


def test_records_that_fail_in_every_mixture_are_written_once(crm: HubSpot, sandbox: Sandbox) -> None:
    """None is lost, none is written twice, and every outcome names its own record."""
    for fault in ("failed", "unnamed", "dropped", "untraced", "contradicted", "miscounted"):
        record_fault(sandbox, fault, share=0.15)
    outcomes = persist(crm, [person(crm, number) for number in range(PEOPLE)])
    assert {type(one) for one in outcomes.values()} == {Done}
    ledger = sandbox.ledger()["hubspot"]
    assert (ledger["contacts"], ledger["duplicate_phones"]) == (PEOPLE, 0)
    standing = {one["properties"]["alpha_swarm_lead_id"]: one["id"] for one in ledger["contact_list"]}
    assert {name: one.reference for name, one in outcomes.items() if isinstance(one, Done)} == standing
