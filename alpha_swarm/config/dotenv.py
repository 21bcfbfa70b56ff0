"""Reading ``.env``."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


def read_dotenv(path: Path | None) -> dict[str, str]:
    """The variables of a file; none where there is no file.

    Raises:
        ConfigurationError: the file cannot be read, or a line of it is no ``NAME=value``.
    """
    if path is None or not path.exists():
        return {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"{path} cannot be read: make it a readable text file in UTF-8") from None
    refuse_bad_lines(path, text)
    return {
        name: value for name, value in dotenv_values(stream=io.StringIO(text)).items() if value is not None
    }


def refuse_bad_lines(path: Path, text: str) -> None:
    """python-dotenv skips what it cannot parse with a warning; a skipped key would be missed much later."""
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            raise ConfigurationError(
                f"{path}, line {binding.original.line}: write NAME=value, with quotes in pairs"
            )
