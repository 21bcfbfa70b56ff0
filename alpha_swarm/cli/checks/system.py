"""The machine: Python, the home directory."""

from __future__ import annotations

import sys
import tempfile
from typing import TYPE_CHECKING

from alpha_swarm.cli.checks.check import Check, failed, ok, warning

if TYPE_CHECKING:
    from pathlib import Path

_OLDEST, _NEWEST = (3, 11), (3, 13)


def check_python() -> Check:
    """A version that we are tested with."""
    version = sys.version_info[:2]
    shown = ".".join(map(str, sys.version_info[:3]))
    if version < _OLDEST:
        return failed("python", f"{shown} is too old", "install Python 3.11, 3.12 or 3.13")
    if version > _NEWEST:
        return warning("python", f"{shown} is newer than what we are tested with", "prefer Python 3.13")
    return ok("python", shown)


def check_home(home: Path) -> Check:
    """A directory that we can write to."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=home):
            return ok("home", str(home.resolve()))
    except OSError as error:
        remedy = "set ALPHA_SWARM_HOME to a directory that this user may write to"
        return failed("home", f"{home} cannot be written ({error.strerror})", remedy)
