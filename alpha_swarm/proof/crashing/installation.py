"""One ledger and one sandbox for many deaths: what stands around the children."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

import requests
from sqlalchemy import delete

from alpha_swarm.app import App, build
from alpha_swarm.ledger.schema.audit import audit, audit_head
from alpha_swarm.ledger.schema.tables import metadata, pulse
from alpha_swarm.proof import rounds, time_travel
from alpha_swarm.proof.crashing.child import End, Say, in_child
from alpha_swarm.proof.crashing.connections import Connections
from alpha_swarm.proof.crashing.group import Group
from alpha_swarm.proof.crashing.life import DOOR, INBOX, WEBHOOK, Life, nothing_said
from alpha_swarm.proof.crashing.people import anybody, who_go_all_the_way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from alpha_swarm.domain.leads.lead import LeadInput
    from alpha_swarm.supervision.stage import Stage

#: The name under which the children take leases, and whoever comes after them.
HOLDER = "mortal"
#: More than any step of the life waits for, and less than a lease.
_LONGEST_WAIT_SECONDS = 2.0
_PIONEERS = 2
#: After the last step.
AT_REST = "rest"


class Installation:
    """The application, warm, in a process that is forked from again and again."""

    def __init__(self, stage: Stage, person: Callable[[str], Mapping[str, Any]] = anybody) -> None:
        """``person``: whose lives are lived there, by a name that nobody else has."""
        self.stage = stage
        self.app = rounds.without_queues(build(stage.settings, holder=HOLDER))
        self.life = Life(self.app)
        self.pioneers: list[Group] = []
        self._people: list[LeadInput] = []
        self._candidates = who_go_all_the_way(self._somebody_new, person)
        self._connections = Connections(self.app.ledger.engine)

    def groups(self, number: int, size: int, *, first_day: bool = False) -> list[Group]:
        """So many groups of this size, of people who are new: what was there before is gone.

        Unless it is the first day, pioneers have gone the whole way before, one after the other: the table
        and the fields are there, and the CRM's search is proven by the first of them.
        """
        people = self._cast(number * size + _PIONEERS)
        self.empty()
        self.pioneers = [] if first_day else [Group([pioneer]) for pioneer in people[-_PIONEERS:]]
        for pioneer in self.pioneers:
            self.bring({AT_REST: [pioneer]})
        return [Group(people[start : start + size]) for start in range(0, number * size, size)]

    def _cast(self, number: int) -> list[LeadInput]:
        self._people += islice(self._candidates, max(0, number - len(self._people)))
        return self._people[:number]

    def empty(self) -> None:
        """As on the first day, on both sides."""
        self.stage.reset()
        (self.stage.home / "suppressions").unlink(missing_ok=True)
        self.start_anew()
        with self.app.ledger.engine.begin() as connection:
            # The audit trail and the pulse are one for the whole life of a ledger.
            for table in reversed(metadata.sorted_tables):
                if table not in (audit, audit_head, pulse):
                    connection.execute(delete(table))

    def start_anew(self) -> None:
        """As a process that has just started; only SQLAlchemy keeps the statements that it has compiled."""
        engine = self.app.ledger.engine
        self.app.close()
        self.app = rounds.without_queues(App(self.stage.settings, HOLDER))
        self.app.ledger.engine = engine
        self.life = Life(self.app)

    def bring(self, groups: Mapping[str, Sequence[Group]]) -> None:
        """Each of these groups lives until the step under whose name it stands."""
        steps = self.life.steps
        for place, step in enumerate(steps):
            onward = [one for later in (*steps, AT_REST)[place + 1 :] for one in groups.get(later, ())]
            if step == WEBHOOK:
                onward = [one for one in onward if self._hears(one) and one not in groups.get(INBOX, ())]
            if onward:
                self._live(step, onward)
        time_travel.let_time_pass(self.app.ledger.engine, _LONGEST_WAIT_SECONDS)

    def ready(self, step: str, group: Group) -> None:
        """What has to happen right before a group's step."""
        if step in {WEBHOOK, INBOX} and group.letter is None:
            self._write_letters([group])
        if step == INBOX and not group.letter_taken:
            self.life.live(WEBHOOK, [group], nothing_said)
            group.letter_taken = True

    def child(self, act: Callable[[Say], object]) -> End:
        """Do something in a child; it takes over no connection and no thread, as each has one owner."""
        self.stand_alone()
        return in_child(act)

    def stand_alone(self) -> None:
        """Be ready to be forked."""
        self.start_anew()
        self._connections.close()

    @staticmethod
    def _hears(group: Group) -> bool:
        """The first one's result comes by webhook if there is another one to ask for.

        Whoever reads one webhook reads all that are there, so one that is to be read comes right before.
        """
        return len(group.people) > 1

    def _somebody_new(self) -> App:
        self.empty()
        return self.app

    def _live(self, step: str, groups: Sequence[Group]) -> None:
        if step == WEBHOOK:
            self._write_letters(groups)
        if step != DOOR:
            time_travel.let_time_pass(self.app.ledger.engine, _LONGEST_WAIT_SECONDS)
            self.life.live(step, groups, nothing_said)
            return
        told: list[str] = []
        self.life.live(step, groups, lambda **words: told.extend(words["accepted"]))
        share_out(groups, told)

    def _write_letters(self, groups: Sequence[Group]) -> None:
        rows = {row["lead_id"]: row for row in self.rows()}
        for group in groups:
            group.letter = letter_about(rows[group.ids[0]])

    def rows(self) -> Iterator[dict[str, Any]]:
        """The other side's rows, whole; all in one table."""
        table = next((row["table_id"] for row in self.stage.ledger(detail=True)["clay"]["row_list"]), None)
        if table is None:
            return
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                f"{self.stage.sandbox}/clay/v1/tables/{table}/export",
                json={"limit": 5000},
                headers={"Authorization": "Bearer sandbox"},
                timeout=30,
            )
        yield from answer.json()["rows"]


def share_out(groups: Sequence[Group], ids: Sequence[str]) -> None:
    """What the door answered, in the order of the people."""
    told = iter(ids)
    for group in groups:
        group.ids = list(islice(told, len(group.people)))


def letter_about(row: Mapping[str, Any]) -> bytes:
    """What the enricher sends when a row is finished."""
    envelope = {
        "event": "row.enriched",
        "timestamp": "2026-01-16T08:30:00Z",
        "table_id": row["table_id"],
        "row_id": row["id"],
        "data": row,
    }
    return json.dumps(envelope).encode()
