"""Figures and names as people read them."""

from __future__ import annotations

import pytest

from alpha_swarm.console import words
from alpha_swarm.console.visit import onwards
from alpha_swarm.domain.states import State, Step, Target


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, words.UNKNOWN),
        (0, "0 s"),
        (0.25, "0.2 s"),
        (12.4, "12 s"),
        (89, "89 s"),
        (90, "2 min"),
        (5400, "2 h"),
        (3 * 86400, "3 d"),
    ],
)
def test_a_duration_is_said_in_its_largest_fitting_unit(seconds: float | None, text: str) -> None:
    assert words.duration(seconds) == text


def test_amounts_show_cents_only_where_they_matter() -> None:
    assert [words.amount(value) for value in (None, 0, 6.5, 1234.56)] == [words.UNKNOWN, "0", "6.50", "1,235"]


def test_every_state_step_and_target_has_a_name_of_its_own() -> None:
    assert words.STATES.keys() == {state.value for state in State}
    assert {step.value for step in Step} <= words.STEPS.keys()
    assert {target.value for target in Target} <= words.TARGETS.keys()


def test_values_of_all_kinds_are_said_in_words() -> None:
    assert words.said({"row_id": "r1", "fields": ["a", "b"], "kept": True, "credits": 7.0, "deal": None}) == (
        "Row id: r1; Fields: a, b; Kept: yes; Credits: 7; Deal: —"
    )


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "https://evil.example", "/console//evil.example", "/leads", "/console/\r\n", None],
)
def test_signing_in_leads_nowhere_but_into_the_console(path: str | None) -> None:
    assert onwards(path) == "/console/"
    assert onwards("/console/targets") == "/console/targets"
