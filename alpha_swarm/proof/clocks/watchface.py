"""A clock that is off by what a file says; processes read it by libfaketime or by our own launcher."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from alpha_swarm.supervision.processes import PYTHON

#: Where the distributions' packages put it.
_LIBRARY = "*/faketime/libfaketime.so.1"
_LAUNCHER = "alpha_swarm.proof.clocks.launcher"
OFFSET, SAYING = "PROOF_CLOCK_OFFSET", "PROOF_CLOCK_SAYING"


@dataclass(frozen=True, slots=True)
class Watchface:
    """The file with the offset, and the one in which a process says what time it reads."""

    folder: Path
    name: str

    def show(self, seconds: float) -> None:
        """From now on whoever looks is off by so much, as if somebody had set the clock."""
        draft = self._offset.with_suffix(".draft")
        draft.write_text(f"{seconds:+.0f}\n")
        draft.replace(self._offset)

    def command(self, command: list[str]) -> list[str]:
        """The part's command line, by way of the launcher."""
        start = len(PYTHON)
        return [*PYTHON, _LAUNCHER, *command[start:]]

    def environ(self, library: Path | None) -> dict[str, str]:
        """What makes a process look here."""
        ours = {OFFSET: str(self._offset), SAYING: str(self._saying)}
        if library is None:
            return ours
        return {
            **ours,
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def said(self) -> set[int]:
        """By how many seconds the process was off, as it said itself."""
        lines = self._saying.read_text().splitlines() if self._saying.exists() else []
        true = time.time() - time.monotonic()
        pairs = (line.split() for line in lines)
        return {round(float(wall) - float(monotonic) - true) for wall, monotonic in pairs}

    @property
    def _offset(self) -> Path:
        return self.folder / f"{self.name}.offset"

    @property
    def _saying(self) -> Path:
        return self.folder / f"{self.name}.saying"


def libfaketime() -> Path | None:
    """The library, where it is installed."""
    found = (path for root in ("/usr/lib", "/usr/local/lib") for path in Path(root).glob(_LIBRARY))
    return next(found, None)
