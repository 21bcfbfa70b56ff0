"""The list of those who are not to come back lies in the home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.ports.rights import Suppressed

if TYPE_CHECKING:
    from pathlib import Path

ONE = Suppressed(hash="ab" * 32, kind="email", why="erasure", since=1.5)
OTHER = Suppressed(hash="cd" * 32, kind="lead", why="objection", since=1_700_000_000.123456)


def test_what_was_added_is_read_again_by_whoever_comes_later(tmp_path: Path) -> None:
    """To the last digit, and for nobody else to read."""
    home = tmp_path / "home"
    assert not list(HomeList(home).read())
    HomeList(home).add([ONE])
    HomeList(home).add([])
    HomeList(home).add([OTHER])
    assert list(HomeList(home).read()) == [ONE, OTHER]
    assert (home / "suppressions").stat().st_mode & 0o077 == 0


def test_a_line_that_a_crash_has_cut_off_spoils_no_other(tmp_path: Path) -> None:
    HomeList(tmp_path).add([ONE])
    with (tmp_path / "suppressions").open("a") as file:
        file.write("ab12\temail\teras")
    HomeList(tmp_path).add([OTHER])
    assert list(HomeList(tmp_path).read()) == [ONE, OTHER]
