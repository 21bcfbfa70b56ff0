"""Rules as a file: the one that a setting names, else the usual one beside ``.env``, else the packaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm import settings as packaged
from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


def rules_file(variable: str, named: Path | None, usual: Path, shipped: str) -> tuple[str, str]:
    """A text and what it is called.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    path = named or (usual if usual.is_file() else None)
    if path is None:
        return packaged.text(shipped), "the packaged rules"
    try:
        return path.read_text(encoding="utf-8"), str(path)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{variable}: {path} cannot be read ({type(error).__name__})") from None
