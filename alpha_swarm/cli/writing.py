"""Writes a page for nobody else to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.cli.printing import err
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path


def write_private(file: Path, text: str) -> None:
    """To the file, and say so.

    Raises:
        UserError: it cannot be written.
    """
    try:
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file} cannot be written ({error.strerror}): choose another place") from None
    err().print(f"written: {file}", soft_wrap=True, markup=False)
