"""Whether the program and the model agree."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from alpha_swarm.domain.states import State
from alpha_swarm.ledger.schema.tables import leads as leads_table
from alpha_swarm.proof import rounds
from alpha_swarm.proof.databases.copies import rows_of
from tests.properties.rights_model import KEPT_SECONDS, SHARED, Model, without_phones
from tests.properties.rights_office import at_work, office, phone, private, profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.app import App
    from alpha_swarm.domain.leads.enrichment import Values
    from alpha_swarm.domain.leads.lead import Lead
    from tests.properties.rights_office import Office

#: Longer than a lease, and than a step of a request stays in the hands of somebody who died.
_LATER = 200.0


class Agreement:
    """An office and its model, which are looked at side by side."""

    def __init__(self, seed: str, people: Sequence[int], one: Office | None = None) -> None:
        self.chance = random.Random(seed)
        self.everybody = people
        self.one = one or office()
        self.one.anew()
        self.model = Model()
        self.told: list[str] = []
        """What happened, for whoever reads of a failure."""
        self.copy: tuple[Any, Model] | None = None
        self.letters: list[bytes] = []

    @property
    def app(self) -> App:
        """The process."""
        return self.one.app

    @property
    def now(self) -> float:
        """By the clock that is moved."""
        return self.one.moved.now().timestamp()

    def settle(self) -> None:
        """To the end, without troubles."""
        self.one.other.calm = True
        for _ in range(2):
            rounds.settle(self.app, 30.0)
            self.carry_on()
        self.one.other.calm = False

    def carry_on(self) -> None:
        """By the schedule, and by people where a system has no way of its own."""
        for _ in range(2):
            self.app.rights.go_on()
            self.one.pass_time(_LATER)
        for one in self.app.rights.latest(1000):
            for step in one["steps"]:
                if step["state"] == "task":
                    self.app.rights.done(one["request"], step["system"])

    def agree(self) -> None:
        """The program and the model, on who is there and with which values."""
        there = self.leads()
        self._learn(there)
        assert set(there) == set(self.model.people)
        for key, lead in there.items():
            person = self.model.people[key]
            assert (lead.state is State.OBJECTED) == person.objected, key
            assert person.objected or self.model.kept_out.isdisjoint(without_phones(person.names))
            assert lead.input.first_name == (person.first_name or f"First-{self.one.found[key]}-zyxquill")
        until = self._held_until()
        assert until == pytest.approx(
            {key: one.collected_at + KEPT_SECONDS for key, one in self.model.people.items()}
        )
        books = self.one.books()
        assert books.leads == (books.accepted or 0)

    def _held_until(self) -> dict[str, float]:
        query = select(leads_table.c.id, leads_table.c.retention_until).where(
            leads_table.c.state != State.ERASED.value
        )
        with self.app.ledger.engine.connect() as connection:
            return {row.id: row.retention_until for row in connection.execute(query)}

    def _learn(self, there: dict[str, Lead]) -> None:
        """Results make people known by more; whoever turns out to be somebody who asked before goes."""
        for key in sorted(self.model.people):
            who = self.one.found[key]
            if key in there:
                told = there[key].enrichment
                if told is not None and told.values.email_work:
                    self.model.people[key].names |= {at_work(who), *self._number(key, told.values)}
            elif at_work(who) in self.model.kept_out:
                self.told.append(f"{key} turned out to be {who}")
                self.model.turned_out(key)

    def _number(self, key: str, found: Values) -> set[str]:
        """As it was found; where it is on the list, only whoever had it before has it."""
        number = phone(self.one.found[key])
        names = self.model.people[key].names
        assert (f"phone:{found.phone}" == number) or (found.phone is None and number in self.model.kept_out)
        assert found.phone is None or number in names or number not in self.model.kept_out
        return {number} if found.phone else set()

    def nothing_is_left(self) -> None:
        """Of whoever is gone: no value in the ledger, no row at Clay, no contact in the CRM."""
        assert self.app.status()["balanced"]
        assert all(one["ended_at"] for one in self.app.rights.latest(1000))
        names = set().union(*(one.names for one in self.model.people.values()), {SHARED})
        tables = {
            table.name: repr([tuple(row.values()) for row in rows]).lower()
            for table, rows in rows_of(self.app.ledger.engine).items()
        }
        for who in self.everybody:
            for name in (profile(who), private(who), at_work(who), phone(who)):
                if name not in names:
                    value = name.partition(":")[2]
                    places = [place for place, text in tables.items() if value in text]
                    assert (name, places) == (name, [])
        assert {row.lead_id for row in self.one.other.rows.values()}.isdisjoint(self.model.gone)
        left = {f"email:{one}" for one in self.one.other.contacts} - names
        assert left.isdisjoint(self.model.forgotten)
        assert self.app.audit.verify().flaw is None

    def leads(self) -> dict[str, Lead]:
        """All that are not erased, by id."""
        with self.app.ledger.read() as tx:
            return {lead.id: lead for lead in tx.leads.walk([])}
