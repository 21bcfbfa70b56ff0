"""Commands in this process, and what they print."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from alpha_swarm.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

Run = tuple[int, str, str]
"""Exit code, stdout, stderr."""


class Shell:
    """Runs the commands of an installation with this home."""

    def __init__(self, home: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._capture = capture

    def run(self, *arguments: str) -> Run:
        """What a command came to."""
        self._capture.readouterr()
        code = run(arguments)
        printed = self._capture.readouterr()
        return code, printed.out, printed.err

    def json(self, *arguments: str) -> tuple[int, Any]:
        """Exit code, and what is printed as JSON: exactly one line."""
        code, out, _ = self.run(*arguments, "--json")
        assert out.count("\n") == 1, out
        return code, json.loads(out)
