"""Workers and the scheduler as processes of their own."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from alpha_swarm.domain.states import Step
from tests.waiting import PATIENCE_SECONDS, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BATCHES = {
    Step.INGEST: 50,
    Step.ENRICH: 25,
    Step.COLLECT: 100,
    Step.WRITE_BACK: 100,
    Step.SYNC_GHL: 50,
    Step.SYNC_INSTANTLY: 100,
}


class Part:
    """A running worker or scheduler and its notes."""

    def __init__(self, process: subprocess.Popen[bytes], notes: Path, log: Path) -> None:
        self.process = process
        self._notes = notes
        self._log = log

    @property
    def notes(self) -> list[str]:
        """What its application was asked."""
        return self._notes.read_text().splitlines() if self._notes.exists() else []

    @property
    def log(self) -> str:
        """What it said."""
        return self._log.read_text()

    def noted(self, line: str, times: int = 1) -> None:
        """Wait until it was asked that."""
        wait_until(lambda: self.notes.count(line) >= times)

    def end(self, signum: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code after a signal."""
        self.process.send_signal(signum)
        return self.process.wait(timeout=PATIENCE_SECONDS)


@contextmanager
def running(url: str, queue: str, folder: Path) -> Iterator[Part]:
    """A part as a process of its own."""
    folder.mkdir(exist_ok=True)
    notes, log = folder / f"{queue}.notes", folder / f"{queue}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 - the test's own program
            [sys.executable, "-m", "tests.integration.hint_process", url, queue, str(notes)],
            stdout=file,
            stderr=file,
        )
    try:
        yield Part(process, notes, log)
    finally:
        process.kill()
        process.wait()
