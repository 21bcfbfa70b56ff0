"""Lists of persons as programs write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.cli.privacy.identifier_files import list_file

if TYPE_CHECKING:
    from pathlib import Path

BOM = "\ufeff"


def read(path: Path, text: str) -> tuple[list[str], dict[str, int]]:
    """The names in it, and what was left out."""
    file = path / "list.csv"
    file.write_text(text, encoding="utf-8")
    with list_file(str(file)) as given:
        names = [name for who in given.people() for name in who.names]
        return names, {"rows": given.read, **given.left_out}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", BOM, "\n\n"], ids=["plain", "bom", "blank"])
def test_the_delimiter_is_whichever_the_first_line_shows(tmp_path: Path, delimiter: str, start: str) -> None:
    rows = [["id", "E-Mail", "Mobile"], ["7", "a@x.example", "4155550147"], ["8", "Ash, B <b@x.example>", ""]]
    lines = [delimiter.join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows]
    names, told = read(tmp_path, start + "\r\n".join(lines) + "\r\n")
    assert names == ["email:a@x.example", "phone:+14155550147", "email:b@x.example"]
    assert told == {"rows": 2, "unread": 0, "unread_cells": 0, "first_unread": 0}


def test_neither_an_id_nor_a_moment_makes_anybody_a_person_on_the_list(tmp_path: Path) -> None:
    names, told = read(tmp_path, "id,created,email\n4155550147,1736935200,a@x.example\n")
    assert names == ["email:a@x.example"]
    assert told["unread"] == 0


def test_without_a_heading_the_first_row_counts(tmp_path: Path) -> None:
    """Also where nobody can be read in it."""
    assert read(tmp_path, "a@x.example;+14155550147\n") == (
        ["email:a@x.example", "phone:+14155550147"],
        {"rows": 1, "unread": 0, "unread_cells": 0, "first_unread": 0},
    )
    assert read(tmp_path, "4155550147\n+14155550148\n")[1]["unread"] == 1
    assert read(tmp_path, "a@x\nb@x.example\n")[1] == {
        "rows": 2,
        "unread": 1,
        "unread_cells": 1,
        "first_unread": 1,
    }


def test_what_cannot_be_read_beside_somebody_else_is_counted(tmp_path: Path) -> None:
    names, told = read(tmp_path, "email,other\na@x.example,\nb@x.example,call c@x.example\n")
    assert names == ["email:a@x.example", "email:b@x.example"]
    assert told == {"rows": 2, "unread": 0, "unread_cells": 1, "first_unread": 2}
