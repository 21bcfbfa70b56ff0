"""One person is one lead, however often and through whichever process they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select

from alpha_swarm.domain.leads.provenance import provenance
from alpha_swarm.domain.moments import read_moment
from alpha_swarm.domain.states import Priority, State, Step
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.schema.tables import events, identities, intakes, leads, sightings, work
from tests.integration.ledger.actors import add, arrival, by_email, config, found
from tests.integration.together import in_processes, in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.ports.records import Arrival

DAY = 86_400.0
TABLES = (leads, identities, sightings, work, events)


def sizes(ledger: SqlLedger) -> dict[str, int]:
    """Rows by table."""
    with ledger.read() as tx:
        return {
            table.name: tx.session.run(select(func.count()).select_from(table)).scalar_one()
            for table in TABLES
        }


def held_until(ledger: SqlLedger, lead_id: str) -> list[float]:
    """The end of its retention."""
    with ledger.read() as tx:
        query = select(leads.c.retention_until).where(leads.c.id == lead_id)
        return [row.retention_until for row in tx.session.rows(query)]


def moment(hours: int) -> float:
    """When an arrival was collected."""
    return arrival("ada", hours=hours).input.scraped_at.timestamp()


def lead_of(ledger: SqlLedger, lead_id: str) -> Lead:
    """As it stands."""
    with ledger.read() as tx:
        return tx.leads.load([lead_id])[lead_id]


def add_in_process(url: str, arrivals: list[Arrival]) -> list[str]:
    """Take them in from another process, in transactions of ten."""
    ledger = SqlLedger(config(url))
    ids = [lead_id for start in range(0, len(arrivals), 10) for lead_id in add(ledger, arrivals[start:][:10])]
    ledger.close()
    return ids


def test_a_new_lead_is_received_and_owed_to_the_enricher(ledger: SqlLedger) -> None:
    (lead_id,) = add(ledger, [arrival("ada", priority=Priority.CRITICAL)])
    with ledger.read() as tx:
        lead = tx.leads.load([lead_id])[lead_id]
        assert (lead.state, lead.generation, lead.priority) == (State.RECEIVED, 1, Priority.CRITICAL)
        assert list(tx.work.of(lead_id)) == [Step.INGEST]
        assert [entry["kind"] for entry in tx.views.story(lead_id)] == ["received"]


def test_the_same_person_twice_in_a_batch_is_one_lead_and_the_first_arrival_stands(ledger: SqlLedger) -> None:
    with ledger.begin() as tx:
        taken = tx.leads.add([arrival("ada"), arrival("ada", source="Fair"), arrival("bob")])
    assert [one.duplicate for one in taken] == [False, True, False]
    assert taken[0].lead_id == taken[1].lead_id != taken[2].lead_id
    with ledger.read() as tx:
        lead = tx.leads.load([taken[0].lead_id])[taken[0].lead_id]
    assert lead.input.source_name == "Rival"
    assert [seen.source_name for seen in lead.also_seen] == ["Fair"]


def test_a_later_batch_finds_the_lead_that_stands(ledger: SqlLedger) -> None:
    first = add(ledger, [arrival("ada"), arrival("bob")])
    again = add(ledger, [arrival("bob", hours=2), arrival("ada", hours=1), arrival("ada", hours=3)])
    assert again == [first[1], first[0], first[0]]
    with ledger.read() as tx:
        seen = tx.leads.load(first)[first[0]].also_seen
    assert [one.collected_at.hour for one in seen] == [11, 13]


@pytest.mark.parametrize("later", [1, 3650, None])
def test_how_long_a_lead_is_kept_is_settled_when_it_is_first_taken_in(
    ledger: SqlLedger, later: int | None
) -> None:
    """Other days that are set since count for others; an earlier collection moves the end by as much."""
    (first, _) = add(ledger, [arrival("ada", hours=5, days=100), arrival("ada", hours=4, days=100)])
    (until,) = held_until(ledger, first)
    assert until == pytest.approx(moment(hours=4) + 100 * DAY, abs=1e-3)
    add(ledger, [arrival("ada", hours=7, days=later)])
    assert held_until(ledger, first) == [until]
    (_, other) = add(ledger, [arrival("ada", hours=1, days=later), arrival("bob", hours=1, days=later)])
    shown = provenance(lead_of(ledger, first))["processing"]
    assert shown["retention_days"] == 100
    for lead_id, days in ((first, 100), (other, later or 730)):
        (until,) = held_until(ledger, lead_id)
        assert until == pytest.approx(moment(hours=1) + days * DAY, abs=1e-3)
        told = read_moment(provenance(lead_of(ledger, lead_id))["processing"]["retention_until"])
        assert told is not None
        assert told.timestamp() == pytest.approx(until, abs=1.0)


@pytest.mark.parametrize("number", [1, 30])
def test_known_leads_that_were_collected_earlier_cost_one_update_in_all(
    ledger: SqlLedger, number: int
) -> None:
    """Not one a lead: each is a round trip, and the door waits for it."""
    names = [f"person-{index}" for index in range(number)]
    ids = add(ledger, [arrival(name, hours=5) for name in names])
    updates: list[str] = []

    def seen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("UPDATE leads"):
            updates.append(statement)

    event.listen(ledger.engine, "before_cursor_execute", seen)
    add(ledger, [arrival(name, hours=1) for name in names])
    event.remove(ledger.engine, "before_cursor_execute", seen)
    assert len(updates) == 1
    ends = [until for lead_id in ids for until in held_until(ledger, lead_id)]
    assert ends == pytest.approx([moment(hours=1) + 730 * DAY] * number, abs=1e-3)


def test_the_same_arrivals_again_add_nothing(ledger: SqlLedger) -> None:
    arrivals = [arrival("ada"), arrival("ada", hours=1), arrival("bob")]
    add(ledger, arrivals)
    before = sizes(ledger)
    add(ledger, arrivals)
    assert sizes(ledger) == before
    with ledger.read() as tx:
        seen = {lead.input.linkedin_url: len(lead.also_seen) for lead in tx.leads.walk([])}
    assert seen == {"https://www.linkedin.com/in/ada": 1, "https://www.linkedin.com/in/bob": 0}


def test_processes_that_take_in_the_same_people_make_one_lead_of_each(
    ledger: SqlLedger, database_url: str
) -> None:
    arrivals = [arrival(f"person-{number}") for number in range(60)]
    forward, backward = in_processes(
        add_in_process, [(database_url, arrivals), (database_url, arrivals[::-1])]
    )
    assert forward == backward[::-1]
    assert len(set(forward)) == sizes(ledger)["leads"] == sizes(ledger)["work"] == 60
    with ledger.read() as tx:
        accepted = tx.session.run(select(func.sum(intakes.c.accepted))).scalar_one()
    assert accepted == 60


def test_batches_in_opposite_order_do_not_lock_each_other_out(open_ledger: Callable[..., SqlLedger]) -> None:
    """Both transactions lock in one order, so neither is thrown out as a deadlock."""
    ledgers = open_ledger("one"), open_ledger("two")
    for turn in range(8):
        arrivals = [arrival(f"person-{turn}-{number}") for number in range(80)]
        one, two = in_threads(add, [(ledgers[0], arrivals), (ledgers[1], arrivals[::-1])])
        assert one == two[::-1]


def test_a_lead_is_found_by_its_id_and_by_whatever_it_is_known_by(ledger: SqlLedger) -> None:
    (lead_id,) = add(ledger, [arrival("ada")])
    with ledger.read() as tx:
        found = {tx.leads.find(key) for key in (lead_id, "linkedin:ada", "email:ada@works.example")}
        assert tx.leads.find("linkedin:nobody") is None
    assert found == {lead_id}


def test_no_table_but_that_of_persons_holds_a_name_or_an_address(ledger: SqlLedger) -> None:
    add(ledger, [arrival("canary", hours=hours) for hours in (0, 1)])
    with ledger.read() as tx:
        for table in TABLES:
            assert "canary" not in str(tx.session.rows(select(table))), table.name


@pytest.mark.parametrize("number", [0, 1, 501])
def test_walking_meets_every_lead_once(ledger: SqlLedger, number: int) -> None:
    ids = add(ledger, [arrival(f"person-{index}") for index in range(number)]) if number else []
    with ledger.read() as tx:
        walked = [lead.id for lead in tx.leads.walk([State.RECEIVED])]
        assert list(tx.leads.walk([State.SYNCED])) == []
    assert walked == sorted(ids)


def test_whose_email_was_found_is_known_by_it_alone(ledger: SqlLedger) -> None:
    """He came by his profile; another profile with the same e-mail is another lead."""
    (ada,) = add(ledger, [arrival("ada")])
    with ledger.begin() as tx:
        tx.leads.enriched({ada: found("Found@Works.example")})
    before = sizes(ledger)
    same = [by_email("found@works.example"), by_email("ada@works.example"), by_email("new@works.example")]
    with ledger.begin() as tx:
        taken = tx.leads.add(same)
    assert [one.duplicate for one in taken] == [True, True, False]
    assert {one.lead_id for one in taken[:2]} == {ada}
    after = sizes(ledger)
    assert {name: after[name] - before[name] for name in after} == {
        "leads": 1, "identities": 1, "sightings": 2, "work": 1, "events": 1,
    }  # fmt: skip
    (other,) = add(ledger, [arrival("ada-two", email="found@works.example")])
    assert other != ada


def test_of_several_with_one_email_the_oldest_was_seen(ledger: SqlLedger) -> None:
    leads_of_one = [
        add(ledger, [arrival(f"p{number}", email="info@works.example")])[0] for number in range(3)
    ]
    (seen,) = add(ledger, [by_email("info@works.example")])
    assert seen == leads_of_one[0] == min(leads_of_one)


def test_whoever_came_with_an_email_is_known_by_it_within_a_batch_too(ledger: SqlLedger) -> None:
    """What comes before the profile is a lead of its own, as it is in batches of its own."""
    with ledger.begin() as tx:
        taken = tx.leads.add([by_email("bob@works.example"), arrival("ada"), by_email("ada@works.example")])
        more = tx.leads.add([arrival("ada", email="new@works.example"), by_email("new@works.example")])
        late = tx.leads.add([arrival("bob"), by_email("bob@works.example")])
    bob, ada = taken[0].lead_id, taken[1].lead_id
    assert [one.lead_id for one in (*taken, *more)] == [bob, ada, ada, ada, ada]
    assert [one.duplicate for one in (*taken, *more)] == [False, False, True, True, True]
    assert late[1].lead_id == bob != late[0].lead_id
    assert sizes(ledger)["leads"] == 3
