"""The page of the report stands alone, and names from outside are text in it."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest

from alpha_swarm.cli.reporting.page import MOST_SOURCES, page
from alpha_swarm.domain.health.executed import executed
from alpha_swarm.domain.results.quality import MEASURED
from alpha_swarm.ledger.reporting.quality import accurate, complete, consistent, repeated, timely
from alpha_swarm.ledger.reporting.results import Ages, Results

HOSTILE = """<script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>"'&{{ 7*7 }}]]>"""
DAYS = [f"2026-01-{day:02}" for day in range(1, 31)]
_VOID = {"meta", "br", "img", "link", "input"}


def report(names: list[str], *, leads: int = 100) -> dict[str, Any]:
    """A report with sources and providers of these names."""
    found = Results(outcomes=Counter(completed=leads), fields=Counter(dict.fromkeys(MEASURED, leads)))
    sources = [source(name, leads) for name in names]
    asked = [provider(name) for name in names]
    return {
        "generated_at": "2026-01-30T12:00:00+00:00",
        "days": len(DAYS),
        "funnel": dict.fromkeys(
            ("arrivals", "rejected", "known", "accepted", "results", "usable", "with_email", "synced"), leads
        ),
        "states": {"synced": leads},
        "outcomes": {"completed": leads, "partial": 0},
        "tiers": {"Tier 1": leads, "Tier 2": 0, "Tier 3": 0},
        "fill_rates": dict.fromkeys(MEASURED, 0.5) if leads else {},
        "cost": cost(leads),
        "throughput": {
            "by_day": [{"day": day, "received": leads, "results": leads} for day in DAYS],
            "executions": executions(names) if leads else None,
        },
        "sources": sources,
        "providers": asked,
        "quality": {
            "completeness": complete(found, ("email", "company_size"), 80.0),
            "consistency": consistent(found, asked),
            "timeliness": timely(Ages(86_400.0 if leads else None, leads, 0, 0)),
            "duplicates": repeated(leads, 0, sources),
            "accuracy": accurate({}, 0, 90),
        },
    }


def source(name: str, leads: int) -> dict[str, Any]:
    """One that told of leads."""
    figures = dict.fromkeys(("arrivals", "known", "leads", "enriched", "usable", "tier_1"), leads)
    return {
        "source": name,
        **figures,
        "usable_rate": 1.0,
        "credits": 4.0,
        "credits_per_usable_lead": None,
    }


def provider(name: str) -> dict[str, Any]:
    """One that was asked."""
    figures = dict.fromkeys(("uses", "hits", "missed", "dropped"), 3)
    return {"provider": name, **figures, "hit_rate": 1.0, "credits": 6.0, "credits_per_hit": 2.0}


def executions(names: list[str]) -> dict[str, Any]:
    """Workflows of these names."""
    hours = [
        {
            "hour": 1,
            "workflow": name,
            **dict.fromkeys(("executions", "failures", "processed", "success", "failed"), 2),
            "milliseconds_sum": 900,
            "milliseconds_max": 700,
            "histogram": {"1": 2},
        }
        for name in names
    ]
    errors = [{"record": "a", "error": name} for name in names]
    found = executed(hours, [{"errors": errors}], 1, 30)
    assert found is not None
    return found


def cost(leads: int) -> dict[str, Any]:
    """What they cost."""
    each = 4.0 if leads else None
    return {
        **dict.fromkeys(("credits", "actions", "credits_reserved"), 4.0 * leads),
        **dict.fromkeys(("per_result", "per_usable_lead", "per_synced_lead"), each),
        "saved": {"arrivals": 0, "credits": 0.0},
        "quota": [{"what": "credits of the day", "cap": 100.0, "used": 4.0, "percent": 4.0}],
        "by_day": [{"day": day, "credits": 1.5 * leads, "actions": 1.0} for day in DAYS],
    }


class Elements(HTMLParser):
    """What a browser finds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("leads", [0, 100])
def test_the_page_is_whole(leads: int) -> None:
    """Each element is closed, each id stands once, and what is pointed to is there."""
    elements = Elements(page(report(["Rival"] if leads else [], leads=leads)))
    assert elements.open == []
    ids = [given["id"] for _, given in elements.found if "id" in given]
    assert len(ids) == len(set(ids))
    pointed = [name for _, given in elements.found for name in (given.get("aria-labelledby") or "").split()]
    assert pointed
    assert set(pointed) <= set(ids)
    assert [tag for tag, _ in elements.found].count("h1") == 1


def test_nothing_comes_from_outside() -> None:
    """No script, no style sheet, picture, font or frame of others, and a policy that forbids them."""
    text = page(report(["Rival"]))
    elements = Elements(text)
    assert {tag for tag, _ in elements.found}.isdisjoint(
        {"script", "link", "img", "iframe", "object", "base"}
    )
    assert [given for _, given in elements.found if {"src", "href", "style", "onload"} & set(given)] == []
    assert re.findall(r"url\(|@import|https?://", text) == []
    policy = {given.get("content") for tag, given in elements.found if tag == "meta"}
    assert "default-src 'none'; style-src 'unsafe-inline'" in policy


def test_hostile_names_are_text() -> None:
    elements = Elements(page(report([HOSTILE])))
    assert {tag for tag, _ in elements.found}.isdisjoint({"script", "img"})
    assert elements.open == []
    assert elements.text.count(HOSTILE) >= 2


def test_of_many_sources_the_largest_are_shown_and_the_number_of_all_is_said() -> None:
    many = report([f"Source {place}" for place in range(300)])
    many["throughput"]["executions"] = None
    text = page({**many, "providers": []})
    assert f"The largest first; {MOST_SOURCES} of 300" in text
    assert "Source 24<" in text
    assert "Source 25<" not in text


def test_what_is_too_low_is_said_in_words_and_not_in_colour_alone() -> None:
    poor = report(["Rival"])
    poor["quality"]["completeness"] |= {"percent": 61.0, "enough": False}
    assert "61.0 %, too low" in page(poor)
    assert "too low" not in page(report(["Rival"]))
