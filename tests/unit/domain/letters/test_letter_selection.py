"""Filters are read as they are typed or clicked, and a mistake is told with its remedy."""

from __future__ import annotations

from typing import Any

import pytest

from alpha_swarm.domain.letters.dead_letters import Kind, Selection
from alpha_swarm.domain.letters.selection import selection_of
from alpha_swarm.domain.states import Step
from alpha_swarm.errors import UserError


@pytest.mark.parametrize(
    ("meant", "selection"),
    [
        ({}, Selection()),
        ({"kind": "", "cause": "", "step": "", "since": "", "ids": None}, Selection()),
        ({"kind": "poison", "cause": "refused"}, Selection(kind=Kind.POISON, cause="refused")),
        ({"step": "ghl"}, Selection(step=Step.SYNC_GHL)),
        ({"step": "write-back"}, Selection(step=Step.WRITE_BACK)),
        ({"since": "1970-01-02"}, Selection(since=86_400.0)),
        ({"since": 5.0}, Selection(since=5.0)),
        ({"ids": ["one"]}, Selection(ids=("ONE",))),
        ({"ids": []}, Selection(ids=())),
        (["one", "two"], Selection(ids=("ONE", "TWO"))),
        ([], Selection(ids=())),
        (Selection(cause="refused"), Selection(cause="refused")),
    ],
)
def test_what_is_blank_is_not_asked_for(meant: Any, selection: Selection) -> None:
    """But no ids are no letters."""
    assert selection_of(meant) == selection


@pytest.mark.parametrize(
    ("meant", "remedy"),
    [({"kind": "odd"}, "transient"), ({"step": "odd"}, "ghl"), ({"since": "yesterday"}, "write 2026-01-31")],
)
def test_a_mistake_is_told_with_its_remedy(meant: dict[str, str], remedy: str) -> None:
    with pytest.raises(UserError, match=remedy):
        selection_of(meant)
