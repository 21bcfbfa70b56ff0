"""On what the figures were measured."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from collections.abc import Sequence

_OURS = ("redis", "requests", "rq", "sqlalchemy", "psycopg", "uvicorn")
_THEIRS = {
    "rq-celery": ("rq", "celery", "celery-batches", "requests", "redis"),
    "arq": ("arq", "aiohttp", "uvloop", "redis"),
}
_ASK = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"


def machine() -> list[str]:
    """Lines for the reader: processor, system, versions."""
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return [
        f"{os.cpu_count()} cores of {_processor()}, {platform.system()} {platform.release()}",
        f"{datetime.now(UTC):%Y-%m-%d}; {python}",
        f"ours: {_listed({name: version(name) for name in _OURS})}",
    ]


def peers(environments: Path) -> list[str]:
    """A line for each of the peers' environments."""
    return [f"{name}: {_listed(_versions(environments / name, wanted))}" for name, wanted in _THEIRS.items()]


def postgresql(server: str) -> str:
    """Its version, and whether it may lose a commit."""
    engine = create_engine(server)
    with engine.connect() as connection:
        told = {
            name: connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("server_version", "fsync", "synchronous_commit")
        }
    engine.dispose()
    return f"PostgreSQL: {_listed(told)}"


def _versions(environment: Path, names: Sequence[str]) -> dict[str, str]:
    python = str(environment / "bin" / "python")
    told = subprocess.run([python, "-c", _ASK, *names], capture_output=True, check=True)  # noqa: S603 - our own line
    found: dict[str, str] = json.loads(told.stdout)
    return found


def _listed(named: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in named.items())


def _processor() -> str:
    """As the kernel names it."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
