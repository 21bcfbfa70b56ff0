"""Many upserts at once onto an org whose answers get lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.calls.effect import Done, Held
from alpha_swarm.errors import RetryLaterError
from tests.contract.salesforce import contact, edit, org, records, salesforce, seed
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.connectors.salesforce.crm import Salesforce
    from alpha_swarm.ports.crm import Contact
    from tests.contract.sandbox import Sandbox

LEADS = 800
THREADS = 16
TRIES = 60


def until_done(crm: Salesforce, contacts: Sequence[Contact]) -> set[str]:
    """Upsert until each has an outcome that stands; the lead ids of those that are held."""
    waiting, held = list(contacts), set[str]()
    for _ in range(TRIES):
        if not waiting:
            return held
        try:
            outcomes = upserted(crm, waiting)
        except RetryLaterError:
            continue
        held |= {name for name, outcome in outcomes.items() if isinstance(outcome, Held)}
        waiting = [one for one in waiting if not isinstance(outcomes[one.lead_id], Done | Held)]
    raise AssertionError(f"{len(waiting)} never came to an end")


@pytest.mark.parametrize("fault", ["status", "reset"])
def test_lost_answers_make_no_duplicates(sandbox: Sandbox, fault: str) -> None:
    """Thirty of a hundred answers are lost after the effect; half of the people were there before."""
    org(sandbox, duplicate_rule=False, locked=0.05)
    ids = seed(
        sandbox,
        *(
            {"LastName": "Example", "Company": "Kept", "Email": f"p{number}@works.example"}
            for number in range(0, LEADS, 2)
        ),
    )
    for one in ids[:50]:
        edit(sandbox, one, City="Bonn")
    sandbox.fault("salesforce", "*", fault, when="after", share=0.3, status=502)
    crm = salesforce(sandbox)
    parts = [[contact(crm, number) for number in range(start, LEADS, THREADS)] for start in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as threads:
        held = set().union(*threads.map(lambda part: until_done(crm, part), parts))
    crm.close()
    books = sandbox.ledger()["salesforce"]
    assert held == set()
    assert (books["records"], books["duplicate_emails"], books["duplicate_external_ids"]) == (LEADS, 0, 0)
    assert (books["blanks_written"], books["human_edits_overwritten"]) == (0, 0)
    assert {record["Email"] for record in records(sandbox)} == {
        f"p{number}@works.example" for number in range(LEADS)
    }


def test_the_same_leads_by_many_at_once_are_one_record_each(sandbox: Sandbox) -> None:
    """Processes that know nothing of each other, and whose answers are lost: our own id tells leads apart."""
    org(sandbox, duplicate_rule=False)
    sandbox.fault("salesforce", "*", "reset", when="after", share=0.3)
    several = [salesforce(sandbox) for _ in range(4)]
    everybody = [contact(several[0], number) for number in range(120)]
    with ThreadPoolExecutor(THREADS) as threads:
        held = set().union(*threads.map(lambda crm: until_done(crm, everybody), several * 4))
    for crm in several:
        crm.close()
    assert held == set()
    assert len(records(sandbox)) == len(everybody)
