"""Cells of exports that a spreadsheet shows and does not run."""

from __future__ import annotations

import re

#: What starts a formula, also behind blanks and in full width; tab and line breaks move text into a cell.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")


def safe_cell(text: str) -> str:
    """The text, with an apostrophe before what would run as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text
