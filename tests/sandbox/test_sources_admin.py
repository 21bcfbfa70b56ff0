"""How sources, tables and the column are set up, at the start and under way."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.sandbox.settings import read_settings
from alpha_swarm.sandbox.webhook_orders import ColumnOrder, SourceOrder, TableOrder
from tests.sandbox.records import FIRST, QUIET_COLUMN, SECOND, books

if TYPE_CHECKING:
    from tests.sandbox.client import Client


def test_there_are_two_sources_with_tokens_from_the_start(sandbox: Client) -> None:
    """Each of a table of its own."""
    shown = sandbox.admin("GET", "/sources").json()
    assert shown["sources"] == [FIRST.model_dump(), SECOND.model_dump()]
    assert [table["name"] for table in shown["tables"]] == ["table-1", "table-2"]
    assert shown["column"] == QUIET_COLUMN.model_dump()


def test_a_change_leaves_what_it_does_not_name(sandbox: Client) -> None:
    """Of a source, a table, the column."""
    sandbox.admin("POST", "/sources", {"slug": FIRST.slug, "limit": 25})
    sandbox.admin("POST", "/tables", {"name": "table-1", "condition_false": 0.5})
    shown = sandbox.admin("POST", "/column", {"lost": 0.5}).json()
    assert shown["sources"][0] == FIRST.model_dump() | {"limit": 25}
    assert (shown["tables"][0]["condition_false"], shown["tables"][0]["limit"]) == (0.5, 50_000)
    assert shown["column"] == QUIET_COLUMN.model_dump() | {"lost": 0.5}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("sources", {"limit": 5}),
        ("sources", {"slug": "a/b"}),
        ("sources", {"slug": "a", "colour": 1}),
        ("tables", {"name": "t", "dedupe": "email"}),
        ("tables", {}),
        ("column", {"lost": 1.5}),
        ("column", [1]),
        ("rerun", {"table": "nowhere"}),
    ],
)
def test_a_change_that_cannot_be_is_refused(sandbox: Client, path: str, body: Any) -> None:
    """And nothing changes."""
    before = sandbox.admin("GET", "/sources").json()
    assert sandbox.session.post(f"{sandbox.base}/_sandbox/{path}", json=body, timeout=5).status_code == 400
    assert sandbox.admin("GET", "/sources").json() == before


def test_the_page_names_every_setting_and_every_sum(sandbox: Client) -> None:
    """`docs/sandbox.md` leaves none out."""
    page = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)`", page))
    settings = {name for order in (SourceOrder, TableOrder, ColumnOrder) for name in order.model_fields}
    assert settings - told == set()
    assert books(sandbox).keys() - told == set()


def test_the_command_line_sets_one_thing_of_the_column() -> None:
    """By a dot in its name; the rest stays as usual."""
    column = read_settings(["column.lost=0.5", "column.url=http://127.0.0.1:1/"]).column
    assert (column.lost, column.url, column.rate) == (0.5, "http://127.0.0.1:1/", 10.0)


def test_the_command_line_lists_sources() -> None:
    """As JSON."""
    sources = read_settings(['sources=[{"slug": "a", "limit": 25}]']).sources
    assert [(one.slug, one.limit, one.token) for one in sources] == [("a", 25, None)]


@pytest.mark.parametrize("pair", ["column.nothing=1", "seed.x=1", "column.lost=2"])
def test_a_setting_that_is_none_is_told(pair: str) -> None:
    """In a line that names it."""
    with pytest.raises(ValueError, match=pair.partition("=")[0].partition(".")[0]):
        read_settings([pair], seed=7)
