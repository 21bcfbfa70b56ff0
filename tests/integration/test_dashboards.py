"""The dashboard and the alert rules ask for what ``/metrics`` has, and each alert has its page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.integration.scraped import busy_door, scrape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.scraped import Scraped

ROOT = Path(__file__).parents[2]
GROUP = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())["groups"][0]
RULES: list[dict[str, Any]] = GROUP["rules"]
BOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/alpha-swarm.json").read_text())
PANELS: list[dict[str, Any]] = BOARD["panels"]
EXPRESSIONS = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in PANELS for target in panel["targets"]
]
#: One metric with its matchers.
SELECTOR = re.compile(r"(alpha_swarm_\w+)(?:\{([^}]*)\})?")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scraped]:
    """A scrape in which every metric has a sample."""
    with busy_door(tmp_path_factory.mktemp("busy")) as door:
        yield scrape(door)


def selectors(expression: str) -> Iterator[tuple[str, set[str]]]:
    """Each metric of an expression, with the labels that it is chosen by."""
    for name, matchers in SELECTOR.findall(expression):
        yield name, set(re.findall(r"(\w+)\s*[=!]~?\s*\"", matchers))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_metric_and_label_that_is_asked_for_is_there(found: Scraped, expression: str) -> None:
    """Those that are chosen or grouped by, too; and brackets are even."""
    asked = list(selectors(expression))
    assert asked
    for name, labels in asked:
        assert name in found.labels, name
        assert labels <= found.labels[name], name
    lists = re.findall(r"\b(?:by|on) \(([\w, ]+)\)", expression)
    grouped = {label for labels in lists for label in labels.split(", ")}
    known = set.union(*(found.labels[name] for name, _ in asked))
    assert grouped <= known
    assert all(expression.count(left) == expression.count(right) for left, right in ("()", "{}", "[]"))


def test_what_a_legend_names_is_a_label(found: Scraped) -> None:
    """In panels and in the words of alerts."""
    for panel in PANELS:
        for target in panel["targets"]:
            assert_named(target["legendFormat"], target["expr"], found)
    for rule in RULES:
        assert_named(json.dumps(rule["annotations"]).replace("$labels.", ""), rule["expr"], found)


def assert_named(text: str, expression: str, found: Scraped) -> None:
    """Every label between braces belongs to a metric of the expression."""
    known = set.union(*(found.labels[name] for name, _ in selectors(expression)))
    assert set(re.findall(r"\{\{ ?(\w+) ?\}\}", text)) <= known


def test_every_metric_is_shown_or_alerted_on(found: Scraped) -> None:
    """Nothing is measured for nobody."""
    asked = {family(name) for expression in EXPRESSIONS for name, _ in selectors(expression)}
    assert set(map(family, found.labels)) - asked <= UNSHOWN


def family(name: str) -> str:
    """The metric that a sample belongs to."""
    return re.sub(r"_(bucket|sum|count|created)$", "", name)


#: For who asks by hand.
UNSHOWN = {
    "alpha_swarm_queue_depth",
    "alpha_swarm_not_kept",
    "alpha_swarm_settled",
    "alpha_swarm_actions",
    # One process counts it, and who is refused is in its log.
    "alpha_swarm_refused_requests_total",
    "alpha_swarm_refused_requests",
}


def test_panels_lie_side_by_side_and_say_what_they_show() -> None:
    """24 columns, no two panels on the same place, each with a title and a description."""
    places = [
        (x, y)
        for panel in PANELS
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(places) == len(set(places))
    assert max(x for x, _ in places) == 23
    assert all(panel["title"] and panel["description"] for panel in PANELS)
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)


def anchors() -> set[str]:
    """Of the pages on operations, as they are made of headings."""
    text = (ROOT / "docs/operations.md").read_text()
    titles = re.findall(r"^#{2,3} (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_alert_has_its_page_a_level_and_a_remedy(rule: dict[str, Any]) -> None:
    """The page is a part of docs/operations.md."""
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    assert page == "docs/operations.md"
    assert anchor in anchors()
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["remedy"].endswith(".")


def test_every_page_of_an_alert_is_led_to() -> None:
    """And none is left over."""
    section = (ROOT / "docs/operations.md").read_text().partition("\n## Metrics and alerts\n")[2]
    titles = re.findall(r"^### (.+)$", section.partition("\n## ")[0], flags=re.MULTILINE)
    assert {title.lower().replace(" ", "-") for title in titles} == {
        rule["annotations"]["runbook"].partition("#")[2] for rule in RULES
    }
