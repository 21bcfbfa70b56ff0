"""What each page of the console shows, and what its forms do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import requests

from alpha_swarm.console.headers import HEADERS
from tests.integration.console_pages.browsing import PAGES, Browser, bring

if TYPE_CHECKING:
    from tests.integration.api_door import Door

#: What the policy for browsers does not let run or load.
FORBIDDEN = re.compile(r'<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=|(src|href|action)="https?:')


def test_every_answer_says_what_browsers_may_do_with_it(browser: Browser) -> None:
    for path in (*PAGES, "/console/nowhere", "/console/static/console.css"):
        headers = browser.get(path).headers
        assert {name: headers[name] for name in HEADERS} == HEADERS
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["cache-control"] == ("no-store" if "static" not in path else headers["cache-control"])


def test_pages_hold_nothing_that_their_policy_forbids(door: Door, browser: Browser) -> None:
    lead = bring(door)
    for path in (*PAGES, f"/console/leads/{lead}"):
        text = browser.get(path).text
        assert not FORBIDDEN.search(text), path


def test_the_first_page_counts_the_leads_and_names_the_reasons(door: Door, browser: Browser) -> None:
    bring(door)
    door.app.pause("ghl", 60)
    page = browser.await_text("/console/", "paused by hand")
    door.app.resume("ghl")
    assert "Degraded" in page
    assert re.search(r"[1-9][0-9]* on their way\.", page)


def test_a_target_is_paused_and_goes_on(door: Door, browser: Browser) -> None:
    answer = browser.post("/console/targets/ghl/pause", "/console/targets", minutes="60")
    assert "GoHighLevel is left alone" in answer.text
    assert door.app.targets()[1]["why"] == "paused by hand"
    answer = browser.post("/console/targets/ghl/resume", "/console/targets")
    assert "GoHighLevel goes on" in answer.text
    assert door.app.targets()[1]["paused"] is False


@pytest.mark.parametrize(
    ("path", "minutes", "status"), [("nobody", "60", 404), ("hubspot", "60", 404), ("ghl", "-5", 400)]
)
def test_only_what_the_page_offers_is_done(browser: Browser, path: str, minutes: str, status: int) -> None:
    answer = browser.post(f"/console/targets/{path}/pause", "/console/targets", minutes=minutes)
    assert answer.status_code == status


@pytest.mark.parametrize(
    "who", ["id", "https://linkedin.com/in/Mara-Ellingsen/", "mara-ellingsen@example.com"]
)
def test_a_lead_is_found_by_whatever_it_is_known_by(door: Door, browser: Browser, who: str) -> None:
    lead = bring(door)
    answer = browser.post("/console/leads", "/console/leads", who=lead.lower() if who == "id" else who)
    assert answer.url.endswith(f"/console/leads/{lead}")
    assert "Mara Ellingsen" in answer.text
    assert "Bring to Clay" in answer.text


def test_whoever_is_not_known_is_not_found(browser: Browser) -> None:
    answer = browser.post("/console/leads", "/console/leads", who="nobody@example.com")
    assert "No lead is known by that" in answer.text
    assert browser.get("/console/leads/01J0000000000000000000000Z").status_code == 404
    assert browser.get("/console/leads/..%2f..").status_code == 404


def test_each_look_at_a_person_leaves_an_entry(door: Door, browser: Browser) -> None:
    lead = bring(door, slug="looked-at")
    browser.get(f"/console/leads/{lead}")
    browser.get("/console/leads")
    with door.app.ledger.read() as tx:
        looks = [entry["detail"] for entry in tx.views.story(lead) if entry["kind"] == "looked_at"]
    assert looks == [{"where": "console"}]


def test_lists_hold_nothing_personal(door: Door, browser: Browser) -> None:
    lead = bring(door)
    for path in ("/console/leads", "/console/leads?state=received", "/console/leads?state=nonsense"):
        page = browser.get(path).text
        assert lead in page
        assert not re.search("mara", page, re.IGNORECASE)


def test_what_comes_from_outside_is_text_and_no_markup(door: Door, browser: Browser) -> None:
    hostile = '"><script>alert(1)</script>{{ 7*7 }}'
    lead = bring(door, source=hostile, slug="hostile")
    page = browser.get(f"/console/leads/{lead}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page


def test_whoever_follows_a_link_from_elsewhere_is_sent_once_round(browser: Browser) -> None:
    """Browsers keep a strict cookie back at first; what is asked next from our own page brings it along."""
    address = browser.door.url + "/console/money"
    with requests.Session() as bare:
        bare.trust_env = False
        answer = bare.get(address, headers={"Sec-Fetch-Site": "cross-site"}, timeout=60)
    assert 'content="0;url=/console/money"' in answer.text


def test_a_form_that_is_too_long_is_not_read(browser: Browser) -> None:
    assert browser.post("/console/leads", None, who="x" * 100_000).status_code == 413
