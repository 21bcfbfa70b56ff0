"""Webhooks are read: what is whole is taken in at once, what is partial is asked for now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from alpha_swarm.domain.health.executions import INBOX, Tally, Trigger
from alpha_swarm.domain.leads.requests import may_answer
from alpha_swarm.domain.states import EnrichmentStatus, Step
from alpha_swarm.errors import GiveUpError, RetryLaterError
from alpha_swarm.pipeline.effects.running import Running
from alpha_swarm.pipeline.followups import Followups
from alpha_swarm.pipeline.pings import PINGS
from alpha_swarm.pipeline.renewed import named, rounds
from alpha_swarm.ports.enricher import FORGED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.leads.enrichment import RowResult
    from alpha_swarm.pipeline.pings import Pings
    from alpha_swarm.pipeline.results.acceptance import Acceptance
    from alpha_swarm.ports.edge import Hints
    from alpha_swarm.ports.enricher import Enricher
    from alpha_swarm.ports.ledger import Ledger, Transaction
    from alpha_swarm.ports.records import Letter

log = structlog.get_logger(__name__)

#: Where rows come from.
CLAY = "clay"
#: What is read here; letters of the CRMs have a reader of their own.
_SOURCES = (CLAY, PINGS)
#: Letters a transaction: enough to share a commit, few enough not to keep other writers waiting.
_PAGE = 100


class ReadInbox:
    """Empties the inbox."""

    def __init__(
        self,
        ledger: Ledger,
        hints: Hints,
        enricher: Enricher,
        acceptance: Acceptance,
        clock: Clock,
        pings: Pings | None = None,
    ) -> None:
        # Where nobody can be asked, what came is all there is.
        self._asks = enricher.capabilities.fetch_batch > 0
        self._ledger = ledger
        self._hints = hints
        self._enricher = enricher
        self._acceptance = acceptance
        self._clock = clock
        self._pings = pings

    def run(self) -> None:
        """Page by page until nothing waits."""
        while self._page() == _PAGE:
            pass
        if self._pings is not None:
            self._pings.resolve()

    def _page(self) -> int:
        try:
            return self._read(_PAGE)
        except RetryLaterError:
            raise
        except Exception:  # noqa: BLE001 - one letter must not keep back the others
            return sum(self._one() for _ in range(_PAGE))

    def _one(self) -> int:
        """The oldest letter; one that our own code fails over is put aside."""
        try:
            return self._read(1)
        except RetryLaterError:
            raise
        except Exception:
            # Whatever it is, the letter is kept to be looked at.
            log.exception("letter_put_aside")
            with self._ledger.begin() as tx:
                tx.inbox.close({letter.id: "unreadable" for letter in tx.inbox.take(1, _SOURCES)})
            return 1

    def _read(self, most: int) -> int:
        followups = Followups()
        running = Running(INBOX, Trigger.HINT, self._clock)
        with self._ledger.begin() as tx:
            letters = tx.inbox.take(most, _SOURCES)
            parsed = {letter.id: self._parse(letter) for letter in letters if letter.source != PINGS}
            pinged = self._read_pings(tx, followups, [one for one in letters if one.source == PINGS])
            read = [found for found in parsed.values() if not isinstance(found, str)]
            rows = [row for found in read for row in found if row.finished]
            leads = self._leads(tx, {row.row_id: row for row in rows})
            for once in rounds(tx, rows, leads):
                self._take(tx, followups, once)
            if leads and not self._asks:
                tx.lanes.answered(leads)
            states = pinged | {key: _state(found, leads) for key, found in parsed.items()}
            tx.inbox.close(states)
            if letters:
                tx.executions.progressed(INBOX)
                tx.executions.add(running.ended(_tally(states, self._results(rows, leads))))
        followups.send(self._hints)
        return len(letters)

    def _take(self, tx: Transaction, followups: Followups, rows: Mapping[str, RowResult]) -> None:
        whole = {key: row for key, row in rows.items() if self._whole(row)}
        partial = [key for key in rows if key not in whole]
        if whole:
            judged = {key: self._acceptance.judged(row) for key, row in whole.items()}
            self._acceptance.take(tx, followups, judged)
        if partial:
            tx.work.hasten(Step.COLLECT, partial)
            followups.add(Step.COLLECT, partial)

    def _leads(self, tx: Transaction, rows: Mapping[str, RowResult]) -> Mapping[str, str]:
        """Row id → lead id; what comes by itself may come before its row id is known, and names its lead."""
        found = tx.leads.by_row(rows) if rows else {}
        early = {} if self._asks else named(tx, rows.values(), found)
        tx.leads.submitted({lead.id: key for key, lead in early.items() if may_answer(lead, key)})
        return {**found, **{key: lead.id for key, lead in early.items()}}

    def _whole(self, row: RowResult) -> bool:
        # A failure is believed once the row itself says so: of two events about a row either may come last.
        return not self._asks or (row.complete and row.status is not EnrichmentStatus.FAILED)

    def _results(self, rows: Sequence[RowResult], leads: Mapping[str, str]) -> int:
        """Leads that need not be asked for."""
        return len({leads[row.row_id] for row in rows if row.row_id in leads and self._whole(row)})

    def _read_pings(self, tx: Transaction, followups: Followups, letters: Sequence[Letter]) -> dict[int, str]:
        if self._pings is None:
            return dict.fromkeys((letter.id for letter in letters), "orphan")
        return self._pings.read(tx, followups, letters)

    def _parse(self, letter: Letter) -> Sequence[RowResult] | str:
        """The rows, or the state of a letter that is put aside."""
        try:
            return self._enricher.parse(letter.body)
        except GiveUpError as error:
            if error.cause != FORGED:
                return "unreadable"
            log.warning("callback_forged", letter=letter.id)
            return FORGED


def _tally(states: Mapping[int, str], leads: int) -> Tally:
    """In leads that have a result, and letters that could not be read or belong to nobody."""
    failed = {str(key): state for key, state in states.items() if state != "done"}
    return Tally(success=leads, failed=failed)


def _state(found: Sequence[RowResult] | str, leads: Mapping[str, str]) -> str:
    if isinstance(found, str):
        return found
    # An orphan is kept for a person to look at; should its row be ours after all, it is asked for when due.
    return "done" if all(row.row_id in leads for row in found if row.finished) else "orphan"
