"""What may happen to people and to the program, each with what the model makes of it."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.doors.intake import read_lead
from alpha_swarm.domain.doors.who import read_who
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.domain.states import Priority, State
from alpha_swarm.person_desk import PersonDesk
from alpha_swarm.proof import rounds
from alpha_swarm.proof.databases.copies import put_back, rows_of
from tests.properties.other_side import Killed, Trouble
from tests.properties.rights_agreement import Agreement
from tests.properties.rights_office import WAYS, Crash, at_work, crash_at, phone, private, profile

if TYPE_CHECKING:
    from collections.abc import Callable


DAY = 86400.0
#: Longer than a lease, and than a step of a request stays in the hands of somebody who died.
_LATER = 200.0


class History(Agreement):
    """One, with its model."""

    def arrive(self) -> None:
        """One or two people, through the scraper's door."""
        for who in self.chance.sample(self.everybody, self.chance.choice([1, 2])):
            way = self.chance.choice(list(WAYS))
            names = WAYS[way](who)
            days = self.chance.choice([0, 0, 40, 400])
            at = self.now - days * DAY
            self.told.append(f"{who} {way}, collected {days} days ago")
            taken = self.app.receive.take(
                [self._input(who, names, at)], priority=Priority.NORMAL, door="test"
            )
            self._came(who, names, at, taken[0].lead_id, duplicate=taken[0].duplicate)

    def _input(self, who: int, names: list[str], at: float) -> Any:
        given = {name.partition(":")[0]: name.partition(":")[2] for name in names}
        raw = {
            "linkedin_url": f"linkedin.com/in/{given['linkedin']}" if "linkedin" in given else "",
            "email": given.get("email", ""),
            "first_name": f"First-{who}-zyxquill",
            "source_type": "post_liker",
            "source_name": self.chance.choice(["Rival", "Fair"]),
            "source_url": f"https://example.com/{who}-zyxquill",
        }
        now = self.one.moved.now()
        return replace(read_lead({**raw, "scraped_at": now.isoformat()}, now=now), scraped_at=_moment(at))

    def _came(self, who: int, names: list[str], at: float, lead_id: str, *, duplicate: bool) -> None:
        if self.model.refuses(set(names)):
            assert lead_id == "", "whoever is not to come back was taken in"
            return
        known = self.model.known_as(names[0])
        assert duplicate == (known is not None)
        assert known is None or lead_id == known
        assert lead_id not in {"", *self.model.gone}
        self.model.came(lead_id, set(names), at)
        self.one.found.setdefault(lead_id, who)

    def news(self) -> None:
        """A CRM tells of somebody."""
        who = self.chance.choice(self.everybody)
        comes = self.model.news(f"record-{who}", private(who))
        data = {"id": f"record-{who}", "email": private(who)[6:], "first_name": f"First-{who}-zyxquill"}
        letter = json.dumps({"type": "contact.updated", "data": data}).encode()
        self.app.news.store([(System.GENERIC, {f"message-{self.chance.random()}": letter})])
        before = set(self.leads())
        self.app.read_inbox()
        new = set(self.leads()) - before
        assert len(new) == comes
        for lead_id in new:
            self._came(who, [private(who)], self.now, lead_id, duplicate=False)
            self.model.seen[f"record-{who}"] = lead_id

    def work(self) -> None:
        """Some rounds, with troubles."""
        for _ in range(self.chance.choice([1, 3, 6])):
            if self.chance.random() < 0.2:
                self.one.other.troubles.append(self.chance.choice(list(Trouble)))
            self._survive(lambda: rounds.work_once(self.app))
            self.one.pass_time(8.0)
        self.one.other.troubles.clear()

    def _survive(self, act: Callable[[], Any]) -> None:
        try:
            act()
        except Killed:
            self.one.enricher(0).dead = False
            self.app.free("worker-0")

    def ask(self) -> None:
        """For erasure, or that nothing more be done; by any name; the process may end at any commit of it."""
        who = self.chance.choice(self.everybody)
        name = self.chance.choice([profile, private, at_work, phone])(who)
        right = self.chance.choice([Right.ERASURE, Right.OBJECTION])
        commit = self.chance.choice([None, None, 1, 2, 3, 5])
        self.told.append(f"{right} of {name}, crash at {commit}")
        leads = self.model.one_person(name)
        try:
            with crash_at(self.app, commit):
                self.app.rights.ask(right, _spelt(name))
        except Crash:
            self.one.restart()
            if commit == 1:
                return
        if right is Right.ERASURE:
            self.model.erase(leads, {name})
        else:
            self.model.object(leads, {name})

    def list_of_others(self) -> None:
        """Who is on it goes, and nobody else."""
        names = [self.chance.choice([profile, private])(who) for who in self.chance.sample(self.everybody, 1)]
        self.told.append(f"list {names}")
        for name in names:
            leads = self.model.one_person(name)
            listed = read_who(_spelt(name))
            assert listed is not None
            self.app.rights.suppress([listed])
            self.model.erase(leads, {name})

    def wait(self) -> None:
        """A minute, a day, a year."""
        seconds = self.chance.choice([60.0, DAY, 200 * DAY, 400 * DAY])
        self.told.append(f"{seconds}")
        self.one.pass_time(seconds)

    def letter(self) -> None:
        """Late ones, of rows that are and of rows that were."""
        self.letters += [json.dumps({"row_id": one, "whole": True}).encode() for one in self.one.other.rows]
        if self.letters:
            some = self.chance.sample(self.letters, min(3, len(self.letters)))
            self.app.receive_webhook([one + b" " * self.chance.randrange(50) for one in some])
            self.app.read_inbox()

    def try_again(self) -> None:
        """Dead letters whose time has come."""
        self.app.replay()

    def refresh(self) -> None:
        """All who have a result go back to the start."""
        self.app.refresh.run({State.SYNCED: -1.0, State.UNENRICHABLE: -1.0})

    def rectify(self) -> None:
        """The name, by any name."""
        name = self.chance.choice([profile, private, at_work])(self.chance.choice(self.everybody))
        leads = self.model.one_person(name)
        value = f"Right-{self.chance.randrange(1000)}-zyxquill"
        told = PersonDesk(self.app).rectify(_spelt(name), {"first_name": value})
        assert set(told["lead_ids"] if told else ()) == leads
        for key in leads:
            self.model.people[key].first_name = value

    def retain(self) -> None:
        """The schedule of every hour."""
        self.app.retain()
        over = self.model.expire(self.now)
        self.told.append(f"over: {len(over)}")

    def back_up(self) -> None:
        """A copy, which may be put back later."""
        self.copy = (rows_of(self.app.ledger.engine), deepcopy(self.model))

    def restore(self) -> None:
        """It is put back, once what was asked for meanwhile was carried out."""
        if self.copy is None:
            return
        self.carry_on()
        rows, model = self.copy
        put_back(self.app.ledger.engine, rows)
        self.one.set_anchors_aside()
        self.one.restart()
        self.app.beat()
        self.model.put_back(model)

    def access(self) -> None:
        """The answer lists what the model does, and nothing more."""
        name = self.chance.choice([profile, private, at_work, phone])(self.chance.choice(self.everybody))
        leads = self.model.one_person(name)
        told = PersonDesk(self.app).access(_spelt(name))
        held = told["personal_data"]["alpha_swarm"] if told else []
        assert {one["lead_id"] for one in held} == leads
        if told is None or not leads:
            return
        names = self.model.own(leads)
        said = told["identifiers"]
        assert {f"email:{one}" for one in said["emails"]} == {
            one for one in names if one.startswith("email:")
        }
        assert {f"phone:{one}" for one in said["phones"]} == {
            one for one in names if one.startswith("phone:")
        }
        for one in held:
            person = self.model.people[one["lead_id"]]
            who = self.one.found[one["lead_id"]]
            assert (one["state"] == "objected") == person.objected
            assert one["taken_in"]["first_name"] == (person.first_name or f"First-{who}-zyxquill")
            assert _read(one["retention_until"]) == pytest.approx(person.collected_at + 730 * DAY, abs=2)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _read(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _spelt(name: str) -> str:
    kind, _, value = name.partition(":")
    return f"linkedin.com/in/{value}" if kind == "linkedin" else value
