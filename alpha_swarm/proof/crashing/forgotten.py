"""Whether anybody who was erased is left, or comes back."""

from __future__ import annotations

import json
import logging
import os
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.domain.states import Priority, State
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ledger.schema.tables import metadata
from alpha_swarm.proof import canary, rounds, time_travel
from alpha_swarm.proof.crashing.installation import letter_about
from alpha_swarm.proof.databases.copies import put_back, rows_of
from alpha_swarm.proof.trial import Violation
from alpha_swarm.telemetry.logs import configure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.app import App
    from alpha_swarm.proof.crashing.group import Group
    from alpha_swarm.proof.crashing.installation import Installation

_LOG = "everything.log"
#: Longer than a step of a request stays in the hands of whoever died over it.
_LATER_SECONDS = 200.0
#: A step's second pass comes when leases are over and calls have had their effect.
_ROUNDS = 4
_FOUND = ("email_work", "email_personal", "phone")
#: What a callback that comes late says was found.
_LATE = {
    "enrichment_status": "completed",
    "email_work": f"late@{canary.PLAIN}.example",
    "phone": "+14155550177",
}


@contextmanager
def overheard(home: Path) -> Iterator[None]:
    """Whatever this process and its children say meanwhile, however unimportant, stands in a file there."""
    before = os.dup(2)
    log = os.open(home / _LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, 2)
    configure(log_format="json", level=logging.DEBUG)
    try:
        yield
    finally:
        os.dup2(before, 2)
        os.close(log)


class Aftermath:
    """What is known before anybody is erased, and what is left of it afterwards."""

    def __init__(self, installation: Installation, groups: Sequence[Group]) -> None:
        """Called right before the erasures: a backup is made then."""
        self._installation = installation
        self._groups = groups
        self._backup = rows_of(installation.app.ledger.engine)
        if not canary.traces(str(self._backup).encode()):
            raise AlphaSwarmError("nobody stands in the ledger who could be left there")
        self._values: set[str] = set()
        self._letters: list[bytes] = []
        self._look_at_rows()

    def judge(self) -> list[Violation]:
        """All are asked for again in every way there is, and once more from the backup."""
        self._look_at_rows()
        for pioneer in self._installation.pioneers:
            self._app.rights.ask(Right.ERASURE, str(pioneer.people[0].linkedin_url))
        found = [*self._carried_out(), *self._left(""), *self._knock(), *self._left(", having come again")]
        put_back(self._app.ledger.engine, self._backup)
        self._installation.start_anew()
        self._app.beat()
        found += [*self._carried_out(), *self._knock(), *self._left(", once a backup was put back")]
        if not found:
            (self._installation.stage.home / _LOG).write_bytes(b"")
        return found

    @property
    def _app(self) -> App:
        return self._installation.app

    def _look_at_rows(self) -> None:
        for row in self._installation.rows():
            self._values |= {str(row[name]) for name in _FOUND if row.get(name)}
            self._letters += [letter_about(row), letter_about({**row, **_LATE})]

    def _carried_out(self) -> Iterator[Violation]:
        """By the schedule, as time passes."""
        for _ in range(_ROUNDS):
            time_travel.let_time_pass(self._app.ledger.engine, _LATER_SECONDS)
            rounds.settle(self._app)
            self._app.rights.go_on()
        for one in self._app.rights.latest(1000):
            if one["ended_at"] is None:
                yield Violation("stranded", one["request"], f"{one['steps']} {self._places()}")
        status = self._app.status()
        if not (status["balanced"] and status["settled"]):
            yield Violation("unbalanced", "status", f"{status['leads']} {self._places()}")

    def _knock(self) -> Iterator[Violation]:
        """At the door, by callbacks that come late, by replay, by refresh, and with results from a file."""
        for group in self._everybody:
            for one in (group.people[0], replace(group.people[0], linkedin_url=None)):
                (taken,) = self._app.receive.take([one], priority=Priority.NORMAL, door="proof")
                if taken.lead_id:
                    yield Violation("returned", taken.lead_id, f"at the door {group.crash}")
        self._app.receive_webhook(self._letters)
        self._app.read_inbox()
        self._app.replay()
        self._app.refresh.run({State.SYNCED: -1.0, State.UNENRICHABLE: -1.0})
        yield from self._carried_out()
        self._app.tidy()
        # Rows of burnt letters may have been moved from page to page; within a day the file is written anew.
        self._app.ledger.compact()
        with self._app.ledger.read() as tx:
            for lead in tx.leads.walk([]):
                yield Violation("returned", lead.id, f"{lead.state.value} {self._places()}")

    def _left(self, when: str) -> Iterator[Violation]:
        for place, data in self._looked_through():
            if marks := canary.traces(data, self._values):
                yield Violation("left", place, f"{len(marks)} of their values{when} {self._places()}")

    def _ledger_file(self) -> Iterator[bytes]:
        """Where it is a file: the one whose pages are written anew."""
        url = self._app.ledger.engine.url
        if url.get_backend_name() == "sqlite":
            yield Path(str(url.database)).read_bytes()

    def _looked_through(self) -> Iterator[tuple[str, bytes]]:
        engine, stage = self._app.ledger.engine, self._installation.stage
        yield from (("the ledger's file", data) for data in self._ledger_file())
        for file in Path(str(engine.url.database)).parent.glob("ledger.db-*"):
            yield file.name, file.read_bytes()
        with engine.connect() as connection:
            for table in metadata.sorted_tables:
                rows = [tuple(row) for row in connection.execute(select(table))]
                yield table.name, b"\n".join(str(row).encode() for row in rows)
        yield from ((file.name, file.read_bytes()) for file in stage.home.rglob("*") if file.is_file())
        yield "the other side", json.dumps(stage.ledger(detail=True), ensure_ascii=False).encode()
        yield "rows at the other side", json.dumps(list(self._installation.rows())).encode()

    @property
    def _everybody(self) -> list[Group]:
        return [*self._groups, *self._installation.pioneers]

    def _places(self) -> dict[str, Any]:
        """Where they all died; which of them it was nobody can tell who holds no values."""
        return {", ".join(group.ids) or "?": group.crash for group in self._groups}
