"""A person is found by any name, with all the leads that are the person and none of anybody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.doors.who import read_who
from alpha_swarm.domain.privacy.rectification import pinned, put_right
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import UserError
from alpha_swarm.ledger.hashing import IdentityHash
from alpha_swarm.ledger.leads.known_by import KnownBy
from alpha_swarm.ledger.person_file import PersonFile
from alpha_swarm.ports.crm_records import CrmRecord
from alpha_swarm.ports.records import Written
from tests.integration.ledger.actors import arrival, by_email, config, found

if TYPE_CHECKING:
    from alpha_swarm.ledger.ledger import SqlLedger
    from alpha_swarm.ports.records import Arrival


def take(ledger: SqlLedger, *arrivals: Arrival) -> list[str]:
    """Their leads."""
    with ledger.begin() as tx:
        return [one.lead_id for one in tx.leads.add(arrivals)]


def find(ledger: SqlLedger, who: str) -> list[str]:
    """The person's leads."""
    meant = read_who(who)
    with ledger.read() as tx:
        return sorted(tx.rights.person([meant])) if meant else []


def learn(ledger: SqlLedger, lead_id: str, email: str, phone: str | None = None) -> None:
    """What an enrichment finds of a lead."""
    result, score = found(email)
    with ledger.begin() as tx:
        values = replace(result.values, phone=phone)
        tx.leads.enriched({lead_id: (replace(result, values=values), score)})


def test_by_every_name_the_same_person_is_found(ledger: SqlLedger) -> None:
    """In whatever spelling; ids of records by themselves or with their system."""
    ada, eve = take(ledger, arrival("ada"), arrival("eve"))
    learn(ledger, ada, "ada@found.example", "+14155550123")
    with ledger.begin() as tx:
        tx.leads.submitted({ada: "row_1"})
        tx.syncs.open({ada: [Target.GHL], eve: [Target.HUBSPOT]})
        tx.syncs.done(Target.GHL, {ada: Written(external_id="7", fingerprint="x")})
        tx.syncs.done(Target.HUBSPOT, {eve: Written(external_id="7", fingerprint="x")})
        tx.crm_records.remember(System.GENERIC, {"x-9": CrmRecord(lead_id=ada)})
    names = [ada, ada.lower(), "HTTPS://linkedin.com/in/Ada?x=1", "ADA@works.example", "ada@found.example"]
    names += ["(415) 555-0123", "row_1", "ghl:7", "x-9", "generic:x-9"]
    assert [find(ledger, name) for name in names] == [[ada]] * len(names)
    assert find(ledger, "hubspot:7") == [eve]
    assert find(ledger, "salesforce:7") == find(ledger, "nobody@works.example") == find(ledger, "") == []
    with pytest.raises(UserError, match=f"2 leads of several people are known by that: name one of {ada}"):
        find(ledger, "7")


def test_leads_that_share_an_email_are_one_person(ledger: SqlLedger) -> None:
    """Whoever came by the address alone is whoever has it, through as many addresses as there are."""
    ada, alone, again = take(ledger, arrival("ada"), by_email("a@home.example"), by_email("b@home.example"))
    learn(ledger, ada, "a@home.example")
    learn(ledger, alone, "b@home.example")
    everybody = sorted([ada, alone, again])
    assert find(ledger, ada) == find(ledger, "b@home.example") == find(ledger, again) == everybody


def test_people_with_profiles_of_their_own_are_others_whatever_they_share(ledger: SqlLedger) -> None:
    """And whoever has but the shared address may be anybody: nobody is told of that lead."""
    ada, eve, office = take(ledger, arrival("ada"), arrival("eve"), by_email("office@works.example"))
    for lead_id in (ada, eve):
        learn(ledger, lead_id, "office@works.example", "+14155550100")
    assert find(ledger, ada) == [ada]
    assert find(ledger, "linkedin.com/in/eve") == [eve]
    assert find(ledger, office) == [office]
    for shared in ("office@works.example", "+14155550100"):
        with pytest.raises(UserError, match="several people"):
            find(ledger, shared)


def test_a_wrong_name_that_was_put_right_still_finds_the_person(ledger: SqlLedger) -> None:
    """And is told to the other sides, who may still have it."""
    (ada,) = take(ledger, arrival("ada"))
    learn(ledger, ada, "wrong@works.example", "+14155550123")
    corrections = {
        "email": "right@works.example",
        "phone": "+14155550199",
        "linkedin_url": "https://www.linkedin.com/in/ada-right",
    }
    with ledger.begin() as tx:
        lead = tx.leads.load([ada])[ada]
        tx.pins.lay(put_right(lead, pinned(lead, corrections, tx.views.today())))
    names = ["wrong@works.example", "right@works.example", "+14155550123", "+14155550199"]
    names += ["linkedin.com/in/ada", "linkedin.com/in/ada-right", "ada@works.example"]
    assert [find(ledger, name) for name in names] == [[ada]] * len(names)
    with ledger.read() as tx:
        known = PersonFile(tx, [ada]).identifiers([])
        gathered = KnownBy(tx.session, IdentityHash(config("").key)).gathered([ada])
    assert (gathered.emails, gathered.phones) == (known.emails, known.phones)
    assert set(gathered.linkedin) == set(known.linkedin)
    assert set(known.emails) == {"ada@works.example", "right@works.example", "wrong@works.example"}
    assert known.phones == ("+14155550123", "+14155550199")
    assert len(known.linkedin) == 2


def test_what_was_put_right_is_laid_over_whatever_is_loaded(ledger: SqlLedger) -> None:
    """Whoever writes the old values once more changes nothing of it."""
    (ada,) = take(ledger, arrival("ada"))
    learn(ledger, ada, "wrong@works.example")
    with ledger.begin() as tx:
        lead = tx.leads.load([ada])[ada]
        corrections = {"email": "right@works.example", "first_name": "Ada", "title": "CTO"}
        tx.pins.lay(put_right(lead, pinned(lead, corrections, tx.views.today())))
    learn(ledger, ada, "wrong@works.example")
    take(ledger, arrival("ada", hours=1))
    with ledger.read() as tx:
        lead = tx.leads.load([ada])[ada]
        assert tx.leads.inputs([ada])[ada] == lead.input
        assert set(tx.pins.of([ada])[ada]) == set(corrections)
    assert (lead.values.email, lead.values.title, lead.input.first_name) == (
        "right@works.example",
        "CTO",
        "Ada",
    )
    assert lead.input.email == "right@works.example"
