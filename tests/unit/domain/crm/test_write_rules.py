"""Who has authority over which field, from a table."""

from __future__ import annotations

from typing import Any

import pytest

from alpha_swarm.domain.crm.write_rules import EDITS_WIN_DAYS, FIELDS, Mode, Rule, RulesFile, WriteRules
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import ConfigurationError


def test_without_a_file_everything_is_as_usual() -> None:
    assert RulesFile().of(Target.GHL) == WriteRules()


def test_what_is_not_known_is_never_written() -> None:
    """A field without a rule has nobody who answers for it."""
    assert WriteRules().of("unheard_of") is Rule.NEVER
    assert "email" in FIELDS


def test_a_crm_s_own_section_goes_before_what_holds_for_all() -> None:
    file = RulesFile.from_mapping(
        {
            "edits_win_days": 30,
            "fields": {"title": "overwrite", "phone": "never"},
            "providers": {"apollo": 99},
            "ghl": {"mode": "create_only", "edits_win_days": 0, "fields": {"title": "fill_if_empty"}},
        }
    )
    ghl, instantly = file.of(Target.GHL), file.of(Target.INSTANTLY)
    assert (ghl.mode, instantly.mode) == (Mode.CREATE_ONLY, Mode.UPSERT)
    assert (ghl.of("title"), instantly.of("title")) == (Rule.FILL_IF_EMPTY, Rule.OVERWRITE)
    assert ghl.of("phone") is instantly.of("phone") is Rule.NEVER
    assert (ghl.edits_win_days, instantly.edits_win_days) == (0, 30)
    assert ghl.rank("apollo") == 99
    assert RulesFile().of(Target.GHL).edits_win_days == EDITS_WIN_DAYS


@pytest.mark.parametrize(
    ("table", "remedy"),
    [
        ({"fields": {"titel": "never"}}, "titel is no field"),
        ({"fields": {"title": "sometimes"}}, "fields.title"),
        ({"ghl": {"mode": "sideways"}}, "ghl.mode"),
        ({"pipedrive": {}}, "no known key"),
        ({"edits_win_days": -1}, "edits_win_days"),
    ],
)
def test_a_mistake_is_named(table: dict[str, Any], remedy: str) -> None:
    with pytest.raises(ConfigurationError, match=remedy):
        RulesFile.from_mapping(table)
