"""The source of the program and of its tests as syntax trees: parsed once, and only when somebody asks."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


def files(*folders: str) -> list[Path]:
    """All modules in these folders of the project."""
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


@cache
def tree(file: Path) -> ast.Module:
    """What it says."""
    return ast.parse(file.read_text(encoding="utf-8"))


#: All that is shipped.
PROGRAM = files("alpha_swarm", "jobs", "workers")
