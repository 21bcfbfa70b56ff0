"""The settings that ship with the program, as TOML and YAML."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def read(name: str) -> dict[str, Any]:
    """The table in ``<name>.toml``.

    Raises:
        FileNotFoundError: no such file ships with the program.
    """
    return tomllib.loads(text(f"{name}.toml"))


def text(file: str) -> str:
    """A file as it is.

    Raises:
        FileNotFoundError: no such file ships with the program.
    """
    return resources.files(__name__).joinpath(file).read_text(encoding="utf-8")
