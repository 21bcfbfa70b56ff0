"""A sync fills and improves, and takes nothing away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.crm.changes import ATTENDANT, Change, Ours, Theirs, creation, improvement, same
from alpha_swarm.domain.crm.write_rules import DEFAULT_RULES, PROTECTED, Rule, WriteRules

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=91)
LATELY = NOW - timedelta(days=89)
NAMES = sorted({*DEFAULT_RULES, "first_name", "email", "phone"})

values = st.sampled_from(["a", "b", "87", "+1 415 555 0100"])
fields = st.dictionaries(st.sampled_from(NAMES), values)
moments = st.sampled_from([None, LONG_AGO, LATELY, NOW])
rules = st.builds(
    WriteRules,
    fields=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(Rule)),
    edits_win_days=st.sampled_from([0.0, 90.0]),
)


def improved(
    value: str,
    standing: str | None,
    rule: Rule = Rule.OVERWRITE,
    modified_at: datetime | None = LONG_AGO,
    **ours: Any,
) -> Change:
    """What becomes of a title."""
    theirs = Theirs(fields={"title": standing} if standing else {}, modified_at=modified_at)
    return improvement({"title": value}, theirs, Ours(**ours), WriteRules(fields={"title": rule}), NOW)


@given(fields=fields, theirs=fields, written=fields, modified_at=moments, rules=rules)
def test_no_blank_is_written_and_nothing_that_stands_already(
    fields: dict[str, str],
    theirs: dict[str, str],
    written: dict[str, str],
    modified_at: datetime | None,
    rules: WriteRules,
) -> None:
    """And what stood before is remembered for exactly what is written."""
    standing = Theirs(fields=theirs, modified_at=modified_at)
    ours = Ours(written={name: [value] for name, value in written.items()})
    change = improvement(fields, standing, ours, rules, NOW)
    assert all(fields[name] == value != theirs.get(name) for name, value in change.after.items())
    assert change.before == {name: theirs[name] for name in change.after if name in theirs}
    assert not change.after.keys() & change.kept.keys()


@given(fields=fields, theirs=fields, written=fields, modified_at=moments, rules=rules)
def test_a_change_is_made_once(
    fields: dict[str, str],
    theirs: dict[str, str],
    written: dict[str, str],
    modified_at: datetime | None,
    rules: WriteRules,
) -> None:
    """When it has taken effect there is nothing left to be written."""
    ours = {name: [value] for name, value in written.items()}
    change = improvement(
        fields, Theirs(fields=theirs, modified_at=modified_at), Ours(written=ours), rules, NOW
    )
    after = Theirs(fields={**theirs, **change.after}, modified_at=NOW)
    ours |= {name: [value] for name, value in change.after.items()}
    assert improvement(fields, after, Ours(written=ours), rules, NOW).after == {}


@given(fields=fields, theirs=fields, rules=rules)
def test_what_somebody_wrote_lately_stands_whatever_the_rule(
    fields: dict[str, str], theirs: dict[str, str], rules: WriteRules
) -> None:
    """As long as edits win at all."""
    change = improvement(fields, Theirs(fields=theirs, modified_at=LATELY), Ours(), rules, NOW)
    if rules.edits_win_days:
        assert not change.after.keys() & theirs.keys()


@given(fields=fields, rules=rules)
def test_a_new_record_holds_all_but_what_is_never_written(fields: dict[str, str], rules: WriteRules) -> None:
    change = creation(fields, rules)
    assert change.before is None
    assert change.after == {name: value for name, value in fields.items() if rules.of(name) is not Rule.NEVER}


@pytest.mark.parametrize("name", sorted(PROTECTED))
def test_protected_fields_are_overwritten_by_name_alone(name: str) -> None:
    """Neither by the usual rules nor by a rule for all; an owner is there only where routing names one."""
    usual = Rule.IF_BETTER if name == "owner" else Rule.NEVER
    assert WriteRules().of(name) is usual
    assert WriteRules(default=Rule.OVERWRITE).of(name) is usual
    assert WriteRules(fields={name: Rule.OVERWRITE}).of(name) is Rule.OVERWRITE


@pytest.mark.parametrize(
    ("rule", "written"), [(Rule.OVERWRITE, True), (Rule.FILL_IF_EMPTY, False), (Rule.NEVER, False)]
)
def test_a_rule_decides_over_what_is_old(rule: Rule, written: bool) -> None:  # noqa: FBT001 - a fact
    assert bool(improved("CTO", "CEO", rule).after) is written


@pytest.mark.parametrize("rule", [Rule.OVERWRITE, Rule.FILL_IF_EMPTY, Rule.IF_BETTER])
def test_an_empty_field_is_filled(rule: Rule) -> None:
    assert improved("CTO", None, rule).after == {"title": "CTO"}


def test_what_we_wrote_ourselves_gives_way_to_what_we_know_now() -> None:
    """As it stands, or as an attempt wrote it whose answer was lost."""
    for written in (["CEO"], ["CFO", "CEO"]):
        change = improved("CTO", "CEO", Rule.IF_BETTER, modified_at=NOW, written={"title": written})
        assert change == Change(before={"title": "CEO"}, after={"title": "CTO"})


@pytest.mark.parametrize(
    ("standing", "written", "becomes"),
    [(None, [], "rep"), ("rep", ["rep"], None), ("old", ["old"], "rep"), ("somebody", [], None)],
)
@pytest.mark.parametrize("days", [0.0, 90.0])
def test_an_owner_is_filled_in_and_kept_up_and_nobody_whom_a_person_chose_is_replaced(
    standing: str | None, written: list[str], becomes: str | None, days: float
) -> None:
    """However long ago that was, and however little people are believed otherwise."""
    rules = WriteRules(edits_win_days=days, ranks={"human": 0})
    theirs = Theirs(fields={"owner": standing} if standing else {}, modified_at=LONG_AGO)
    ours = Ours(written={"owner": written} if written else {})
    change = improvement({"owner": "rep"}, theirs, ours, rules, NOW)
    assert change.after.get("owner") == becomes


def test_what_somebody_emptied_stays_empty() -> None:
    """It was ours, and they did not want it."""
    change = improved("CTO", None, modified_at=LATELY, written={"title": ["CTO"]})
    assert (change.after, change.kept) == ({}, {"title": "edited by somebody"})


def test_what_may_never_have_been_written_was_not_emptied() -> None:
    """The answer was lost, and so was the call."""
    assert improved("CTO", None, written={"title": [None, "CTO"]}).after == {"title": "CTO"}
    assert improved("CTO", "CEO", modified_at=LATELY, written={"title": [None, "CTO"]}).after == {}


def test_who_does_not_date_a_record_has_edited_it_lately() -> None:
    assert improved("CTO", "CEO", modified_at=None).kept == {"title": "edited by somebody"}


@pytest.mark.parametrize(
    ("provider", "written"), [("linkedin", True), ("hunter", True), ("unheard_of", False), (None, False)]
)
def test_another_s_old_value_gives_way_to_a_provider_that_is_believed(
    provider: str | None,
    written: bool,  # noqa: FBT001 - a fact
) -> None:
    providers = {"title": provider} if provider else {}
    assert bool(improved("CTO", "CEO", Rule.IF_BETTER, providers=providers).after) is written


def test_ranks_can_be_set() -> None:
    theirs = Theirs(fields={"title": "CEO"}, modified_at=LONG_AGO)
    ours = Ours(providers={"title": "unheard_of"})
    rules = WriteRules(fields={"title": Rule.IF_BETTER}, ranks={"unheard_of": 90})
    assert improvement({"title": "CTO"}, theirs, ours, rules, NOW).after == {"title": "CTO"}


def test_attendants_are_no_news_by_themselves() -> None:
    """They go with a change, not alone."""
    ours = dict.fromkeys(ATTENDANT, "new")
    empty = Theirs(fields={}, modified_at=None)
    assert improvement(ours, empty, Ours(), WriteRules(), NOW).after == {}
    assert improvement({**ours, "title": "CTO"}, empty, Ours(), WriteRules(), NOW).after.keys() == {
        *ATTENDANT,
        "title",
    }


@pytest.mark.parametrize(
    ("name", "one", "other", "alike"),
    [
        ("email", "Ann@Acme.com", "ann@acme.com", True),
        ("phone", "+1 (415) 555-0100", "+14155550100", True),
        ("phone", "+14155550100", "+14155550101", False),
        ("linkedin_url", "https://www.linkedin.com/in/Ann/", "https://www.linkedin.com/in/ann", True),
        ("icp_score", "87", 87.0, True),
        ("title", "CTO ", "CTO", True),
        ("title", "cto", "CTO", False),
        ("title", "nan", "nan", True),
        ("title", None, None, True),
        ("title", "CTO", None, False),
    ],
)
def test_spellings(name: str, one: Any, other: Any, alike: bool) -> None:  # noqa: FBT001 - a fact
    assert same(name, one, other) is alike
    assert same(name, other, one) is alike


def test_what_a_person_allowed_is_written_whatever_stands_and_the_rules_say() -> None:
    """And nothing else with it: an edit of yesterday gives way, its neighbour stays."""
    theirs = Theirs(fields={"owner": "ada", "source": "Typed in", "title": "a"}, modified_at=NOW)
    ours = {"owner": "bob", "source": "List", "title": "b"}
    change = improvement(ours, theirs, Ours(), WriteRules(), NOW, {"source"})
    assert (change.before, change.after) == ({"source": "Typed in"}, {"source": "List"})
    assert change.kept == {"owner": "edited by somebody", "title": "edited by somebody"}
    assert creation(ours, WriteRules(), {"source"}).after == ours
    assert "source" not in creation(ours, WriteRules()).after
