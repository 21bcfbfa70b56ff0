"""Asks whether to go on, where there is somebody to be asked."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import typer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """``yes``: whoever called said so beforehand; ``piped``: stdin brings data and no answers."""

    yes: bool = False
    piped: bool = False

    def agreed(self, question: str) -> bool | None:
        """The answer, ``None`` where nobody can be asked."""
        if self.yes:
            return True
        if self.piped or not sys.stdin.isatty():
            return None
        return typer.confirm(question, err=True)
