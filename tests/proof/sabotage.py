"""How a mutant gets into the processes of the program."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MUTANTS = Path(__file__).with_name("mutants")


def sabotaged(folder: Path, mutant: str) -> dict[str, str]:
    """The variable by which every Python process imports this mutant when it starts."""
    shutil.copy(MUTANTS / f"{mutant}.py", folder / "sitecustomize.py")
    paths = (str(folder), os.environ.get("PYTHONPATH", ""))
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
