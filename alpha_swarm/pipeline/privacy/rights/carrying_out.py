"""The steps of requests in the other systems: made, tried again, and closed with a receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.clock import SystemClock
from alpha_swarm.domain.doors.who import CLAY
from alpha_swarm.domain.privacy.rights import Identifiers, Receipt, Right
from alpha_swarm.errors import AlphaSwarmError, GiveUpError, HaltError, NotReadyError, RetryLaterError
from alpha_swarm.pipeline.privacy.rights.holding import keep_step
from alpha_swarm.ports.rights import Forgets, Rows

if TYPE_CHECKING:
    from alpha_swarm.clock import Clock
    from alpha_swarm.ports.ledger import Ledger, Transaction
    from alpha_swarm.ports.rights import Errand, LedgerFiles, OutsideList

Correct = Callable[["Errand"], Receipt]
"""Makes a step of a rectification; raises the verdicts of ``errors``."""
Write = Callable[["Transaction", "Errand"], bool]
"""Writes down what a step came to; whether it was still ours."""

log = structlog.get_logger(__name__)

#: The steps that are made here.
KEYS, LEDGER = "keys", "ledger"
#: What has no way to forget says so by this cause.
NOT_SUPPORTED = "not_supported"
_MOST = 100
#: Renewed while a step takes its time; whoever dies over it is followed by another one then.
_IN_HAND_SECONDS = 60.0
#: A round ends, and the next one goes on where it was, before anybody takes it for stuck.
_ROUND_SECONDS = 60.0
_FIRST_WAIT_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = 3600.0
#: An effect comes within this many seconds of its request, or not at all.
_SETTLING_SECONDS = 6.0
_NOT_SEARCHED = "nothing was sent there that is known here, and by this transport nobody can search"


@dataclass(frozen=True, slots=True)
class OtherSides:
    """Whoever is told of persons; each is asked for when there is something to do there."""

    crms: Callable[[], Mapping[str, Forgets]]
    rows: Callable[[], Rows]
    put_right: Correct
    """Of whoever objected, for whom nothing else moves."""


class CarryOut:
    """Carries out whatever is due."""

    def __init__(
        self,
        ledger: Ledger,
        outside: OutsideList,
        files: LedgerFiles,
        others: OtherSides,
        clock: Clock | None = None,
        in_hand_seconds: float = _IN_HAND_SECONDS,
    ) -> None:
        self._clock = clock or SystemClock()
        self._in_hand_seconds = in_hand_seconds
        self._ledger = ledger
        self._outside = outside
        self._files = files
        self._others = others
        self._removed_by = self._clock.monotonic()

    def run(self, request_id: str | None = None) -> None:
        """Once round over all that is due, or over one request whether it is due or not."""
        end = self._clock.monotonic() + _ROUND_SECONDS
        while errands := self._claimed(request_id):
            for errand in errands:
                if self._clock.monotonic() < end:
                    self._make(errand)
                else:
                    self._write(errand, partial(_again, 0.0, None))
            if request_id is not None or len(errands) < _MOST or self._clock.monotonic() >= end:
                return

    def _claimed(self, request_id: str | None) -> list[Errand]:
        with self._ledger.begin() as tx:
            found = tx.rights.claim(_MOST, self._in_hand_seconds, request_id)
        # What was asked for was removed here with the request: the files are cleared once for all of these.
        self._removed_by = self._clock.monotonic()
        # What is done here comes last: then the list holds all, and the files hold nothing.
        return sorted(found, key=lambda errand: errand.system == LEDGER)

    def _make(self, errand: Errand) -> None:
        with keep_step(self._ledger, errand, self._in_hand_seconds) as step:
            write = self._made(errand) if step.ours else None
        if write is not None:
            self._write(step.errand, write)

    def _made(self, errand: Errand) -> Write:
        """What is to be written of it."""
        if errand.awaits_hands:
            return partial(_again, _FIRST_WAIT_SECONDS, None)
        try:
            receipt = self._receipt(errand)
        except GiveUpError as error:
            log.warning("rights_task", request=errand.request_id, system=errand.system)
            return partial(_task, str(error))
        except AlphaSwarmError as error:
            return partial(_again, _wait(error, errand.attempts), str(error))
        except Exception as error:
            log.exception("rights_step_failed", request=errand.request_id, system=errand.system)
            return partial(_again, _wait(None, errand.attempts), f"unexpected {type(error).__name__}")
        return partial(_passed, receipt)

    def _write(self, errand: Errand, write: Write) -> None:
        with self._ledger.begin() as tx:
            ours = write(tx, errand)
        if not ours:
            # Another one has it by now, and writes what it came to.
            log.warning("rights_step_lost", request=errand.request_id, system=errand.system)

    def _receipt(self, errand: Errand) -> Receipt:
        if errand.system == LEDGER:
            return self._put_in_order(errand)
        if errand.system == KEYS:
            return self._without_keys(errand)
        if errand.system == CLAY:
            corrects = errand.right is Right.RECTIFICATION
            return self._others.put_right(errand) if corrects else self._out_of_rows(errand)
        crm = self._others.crms().get(errand.system)
        if crm is None:
            raise GiveUpError(
                f"{errand.system} is not among SYNC_TARGETS: see to it there by hand, then say privacy done",
                NOT_SUPPORTED,
            )
        if errand.right is Right.OBJECTION:
            return crm.silence(errand.who)
        if errand.right is Right.RECTIFICATION:
            return self._corrected(crm, errand)
        # Whoever is merely kept no longer may come again.
        return crm.forget(errand.who, barred=errand.right is not Right.RETENTION)

    def _corrected(self, crm: Forgets, errand: Errand) -> Receipt:
        """Whoever objected stays silent, also by a name that is new."""
        receipt, tasks = Receipt(removed=0), []
        try:
            receipt = self._others.put_right(errand)
        except GiveUpError as error:
            tasks.append(str(error))
        try:
            crm.silence(errand.who)
        except GiveUpError as error:
            tasks.append(str(error))
        if tasks:
            raise GiveUpError("; ".join(tasks), NOT_SUPPORTED)
        return receipt

    def _out_of_rows(self, errand: Errand) -> Receipt:
        """Those that we know, and those whose making nobody heard of."""
        rows, who = self._others.rows(), errand.who
        lately = errand.right is not Right.RETENTION
        if not lately:
            # A ledger that was put back may not know each row of a lead; the person's others are kept longer.
            who = Identifiers(lead_ids=who.lead_ids, records={CLAY: who.of(CLAY)})
        if not rows.capabilities.looks_up and not who.of(CLAY) and not (lately and errand.sent):
            return Receipt(removed=0, note=_NOT_SEARCHED if lately else None)
        receipt = rows.forget(who)
        # What was removed before is found nowhere now.
        return replace(receipt, note=None) if errand.made else receipt

    def _without_keys(self, errand: Errand) -> Receipt:
        """From here on every copy of their values is noise, wherever it is kept."""
        if not self._files.drop_keys(errand.who.lead_ids):
            raise NotReadyError("somebody uses the data keys just now, so that old pages cannot be dropped")
        return Receipt(removed=len(errand.who.lead_ids))

    def _put_in_order(self, errand: Errand) -> Receipt:
        with self._ledger.read() as tx:
            lines = tx.suppressions.of(errand.request_id)
        self._outside.add(lines)
        if not self._files.clear(self._removed_by):
            raise NotReadyError("somebody reads the ledger just now, so that old pages cannot be dropped")
        return Receipt(removed=len(errand.who.lead_ids))


def _again(wait: float, error: str | None, tx: Transaction, errand: Errand) -> bool:
    return tx.rights.again(errand, wait, error)


def _task(error: str, tx: Transaction, errand: Errand) -> bool:
    return tx.rights.task(errand, error)


def _passed(receipt: Receipt, tx: Transaction, errand: Errand) -> bool:
    return tx.rights.passed(errand, receipt, _SETTLING_SECONDS)


def _wait(error: AlphaSwarmError | None, attempts: int) -> float:
    """As the other side says, else longer each time."""
    said = error.seconds if isinstance(error, HaltError) else None
    said = error.after if isinstance(error, RetryLaterError) else said
    usual = _FIRST_WAIT_SECONDS * 2.0 ** min(attempts, 10)
    return min(max(usual if said is None else said, 1.0), _LONGEST_WAIT_SECONDS)
