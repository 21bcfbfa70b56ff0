"""A routing file that is wrong says where, and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.assembly.routing import routing
from alpha_swarm.config import load_settings
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import ConfigurationError
from tests.unit.domain.routing.subjects import rules

if TYPE_CHECKING:
    from pathlib import Path

FILE = """
rules:
  - name: one
    when:
      tier: 1
    then:
      targets: [ghl]
"""


def mistakes(text: str) -> list[str]:
    """The lines of the complaint."""
    with pytest.raises(ConfigurationError) as caught:
        rules(text, (Target.GHL,))
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("old", "new", "line", "remedy"),
    [
        ("tier: 1", "tier: 4", 5, "rules[1].when.tier: 4 is no tier; there are 1, 2, 3"),
        ("tier: 1", "teir: 1", 5, "teir is no field; did you mean tier?"),
        ("tier: 1", "score: {contains: x}", 5, "contains does not suit score; it takes at_least"),
        ("tier: 1", "score: '75'", 5, "score is a number; write one without quotes"),
        ("tier: 1", "score: {at_least: '75'}", 5, "at_least: must be a number without quotes"),
        ("tier: 1", "country: NO", 5, "is yes or no as YAML reads it; put the word in quotes"),
        ("tier: 1", "country: Norwey", 5, "Norwey is no country or state; did you mean Norway?"),
        ("tier: 1", "territory: EMAE", 5, "EMAE is no territory; did you mean EMEA?"),
        ("tier: 1", "tier: {}", 5, "tests nothing"),
        ("tier: 1", "tier: []", 5, "must not be empty"),
        ("tier: 1", "tier: null", 5, "must be a text or a number"),
        ("tier: 1", "tier: {is: 1}", 5, "tier.is: is no key of a routing file"),
        ("name: one", "nmae: one", 3, "rules[1].name: is missing; add it"),
        ("targets: [ghl]", "targets: [hubspot]", 7, "hubspot is not configured; add it to SYNC_TARGETS"),
        ("targets: [ghl]", "targets: pipedrive", 7, "must be one of ghl, instantly"),
        ("targets: [ghl]", "owner: {hubspot: x}", 7, "rules[1].then.owner: hubspot is not configured"),
        ("targets: [ghl]", "campaign: c", 7, "instantly is not configured"),
        ("targets: [ghl]", "campaign: a b", 7, "must be an id"),
        ("targets: [ghl]", "deal: {campaigns: {}}", 7, "instantly keeps no deals"),
        ("targets: [ghl]", "deal: {salesforce: {}}", 7, "salesforce takes no deals"),
        ("targets: [ghl]", "owner: {campaigns: x}", 7, "instantly's leads have no owners"),
        ("targets: [ghl]", "deal: {ghl: {name: '{first_name}'}}", 7, "must hold no {first_name}; there are"),
        ("targets: [ghl]", "deal: {ghl: {amount: '5'}}", 7, "must be a number without quotes"),
        ("targets: [ghl]", "deal: {ghl: {amount: -1}}", 7, "greater than or equal to 0"),
        ("targets: [ghl]", "stop: 'yes'", 7, "must be true or false"),
        ("      targets: [ghl]", "      {}", 7, "does nothing"),
        ("rules:", "rule:", 2, "rules: is missing; add it"),
        ("rules:", "territories: {X: [ZZ]}\nrules:", 2, "ZZ is no country or state"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_its_remedy(old: str, new: str, line: int, remedy: str) -> None:
    told = mistakes(FILE.replace(old, new))
    assert any(one.startswith(f"routing.yaml, line {line}: ") and remedy in one for one in told), told


def test_every_mistake_is_told_at_once() -> None:
    """In the order of the file."""
    told = mistakes(FILE.replace("tier: 1", "tier: 4\n      title: {domian: x}").replace("one", "''"))
    assert [one.partition(":")[0] for one in told] == ["routing.yaml, line 3", "routing.yaml, line 6"]


def test_a_key_that_stands_there_twice_is_no_silent_loss() -> None:
    """YAML itself would keep the last one."""
    assert mistakes(f"{FILE}      targets: [ghl]\n") == [
        "routing.yaml, line 8: targets stands there twice; keep one"
    ]


def test_two_rules_of_one_name_could_not_be_told_apart() -> None:
    again = FILE.removeprefix("\nrules:\n")
    assert "there is another rule one" in mistakes(FILE + again)[0]


def test_a_rule_that_is_never_reached_is_a_mistake() -> None:
    everybody = "\nrules:\n  - {name: all, then: {stop: true}}\n"
    assert "is never reached: all above stops" in mistakes(everybody + FILE.removeprefix("\nrules:\n"))[0]


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "",
        "- 1",
        "rules: !!python/object:os.system {}",
        "\t",
        "rules: {? [a] : b}",
        "rules: \x00",
        "rules: \x07",
        "rules: 2026-13-45",
        f"rules: {'9' * 5000}",
        f"rules: {'[' * 3000}{']' * 3000}",
        "rules: &all [*all]",
        "rules: [{name: a, when: &all {tier: *all}, then: {targets: ghl}}]",
    ],
)
def test_what_is_no_such_file_ends_with_a_line(text: str) -> None:
    """Tags that would run code are refused like any other, and so is what holds itself."""
    assert len(mistakes(text)) == 1


def test_what_is_referred_to_often_is_gone_through_once() -> None:
    """A few lines that refer to each other would be billions written out."""
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    assert len(mistakes("\n".join(lines))) == 41


def test_a_block_that_is_merged_in_may_be_changed() -> None:
    """Its keys are then not there twice."""
    text = FILE.replace("- name", "- &one\n    name") + "  - {<<: *one, name: two}\n"
    assert [rule.name for rule in rules(text, (Target.GHL,)).rules] == ["one", "two"]


def test_the_file_in_the_working_directory_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless another is named; without either there are the packaged rules."""
    monkeypatch.chdir(tmp_path)
    given = {"SYNC_TARGETS": "ghl", "GHL_API_KEY": "k", "GHL_LOCATION_ID": "l"}
    named = tmp_path / "other.yaml"
    named.write_text(FILE.replace("one", "named"), encoding="utf-8")

    def names(**more: str) -> list[str]:
        return [rule.name for rule in routing(load_settings(given | more, None)).rules]

    assert names() == ["contacts", "campaign", "tier 1"]
    (tmp_path / "routing.yaml").write_text(FILE, encoding="utf-8")
    assert names() == ["one"]
    assert names(ROUTING_FILE=str(named)) == ["named"]
