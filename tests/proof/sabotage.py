"""How a mutant gets into the processes of the program."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
MUTANTS = Path(__file__).with_name("mutants")


def sabotaged(folder: Path, mutant: str) -> dict[str, str]:
    """The variable by which every Python process imports this mutant when it starts."""
    shutil.copy(MUTANTS / f"{mutant}.py", folder / "sitecustomize.py")
    paths = (str(folder), os.environ.get("PYTHONPATH", ""))
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def sabotaged_by(mutant: Callable[[], None], folder: Path) -> dict[str, str]:
    """The same for a function."""
    name = mutant.__name__
    (folder / "sitecustomize.py").write_text(f"from {mutant.__module__} import {name}\n\n{name}()\n")
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
