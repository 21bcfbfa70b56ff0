"""The settings that ship with the program, as TOML."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def read(name: str) -> dict[str, Any]:
    """The table in ``<name>.toml``.

    Raises:
        FileNotFoundError: no such file ships with the program.
    """
    return tomllib.loads(resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
