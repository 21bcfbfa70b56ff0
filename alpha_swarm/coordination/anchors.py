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
    """Implements ``ports.audit.Anchors``: a file for each ledger, a line for each anchor."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def read(self, ledger: str) -> list[Anchor]:
        """A ledger that has no file has no anchors."""
        path = self._path(ledger)
        return read_anchors(path) if path.exists() else []

    def add(self, ledger: str, anchor: Anchor) -> str:
        """In one write, and on the disk when this returns."""
        path = self._path(ledger)
        line = f"{anchor.head.seq} {anchor.head.mac} {anchor.at}\n".encode()
        try:
            file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _MODE)
            try:
                os.write(file, line)
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise UserError(
                f"ALPHA_SWARM_HOME: no anchor can be kept in {path} ({error.strerror}); the log has it"
            ) from None
        return str(path)

    def _path(self, ledger: str) -> Path:
        return self._home / f"audit-anchors-{ledger}"


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
