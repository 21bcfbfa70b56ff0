"""Anchors of the audit trail, in a file that nothing shortens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from alpha_swarm.domain.privacy.audit import Anchor, Head
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

_PARTS = 3
_MODE = 0o600


class AnchorFiles:
    """Implements ``ports.audit.Anchors``: a file in the home, a line for each anchor.

    Nothing that the ledger says decides which file it is: its owner could name another one.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "audit-anchors"

    def read(self) -> list[Anchor]:
        """Where there is no file there are no anchors."""
        return read_anchors(self._path) if self._path.exists() else []

    def add(self, anchor: Anchor) -> str:
        """In one write, and on the disk when this returns."""
        line = f"{anchor.head.seq} {anchor.head.mac} {anchor.at}\n".encode()
        try:
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _MODE)
            try:
                os.write(file, line)
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise UserError(
                f"ALPHA_SWARM_HOME: no anchor can be kept in {self._path} ({error.strerror}); the log has it"
            ) from None
        return str(self._path)


def read_anchors(path: Path) -> list[Anchor]:
    """The anchors of a file.

    Raises:
        UserError: it cannot be read, or a line of it is no anchor.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): see to its rights") from None
    return [_anchor(path, number, line) for number, line in enumerate(lines, 1)]


def _anchor(path: Path, number: int, line: str) -> Anchor:
    parts = line.split()
    if len(parts) != _PARTS or not parts[0].isdecimal():
        raise UserError(
            f"{path}: line {number} is no anchor; put the file back from a copy, or take the line out"
        )
    return Anchor(Head(int(parts[0]), parts[1]), parts[2])
