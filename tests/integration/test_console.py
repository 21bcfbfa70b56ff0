"""The console over HTTP: who comes in, what each page shows, and what its forms do."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import requests

from alpha_swarm.console.headers import HEADERS
from alpha_swarm.console.throttle import FREE
from alpha_swarm.domain.lead import LeadInput
from alpha_swarm.domain.states import Priority, SourceType
from tests.integration.api_door import Door, open_door
from tests.integration.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USER, PASSWORD = "operator", "a long password"
VARIABLES = {
    "CONSOLE_USER": USER,
    "CONSOLE_PASSWORD": PASSWORD,
    "SYNC_TARGETS": "ghl",
    "GHL_API_KEY": "key",
    "GHL_LOCATION_ID": "here",
}
PAGES = ("/console/", "/console/targets", "/console/money", "/console/leads", "/console/workers")
ACTS = ("/console/targets/ghl/pause", "/console/targets/ghl/resume", "/console/leads", "/console/sign-out")
#: What the policy for browsers does not let run or load.
FORBIDDEN = re.compile(r'<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=|(src|href|action)="https?:')


@dataclass
class Browser:
    """What somebody looks at the console with."""

    door: Door
    session: requests.Session

    def get(self, path: str, *, follow: bool = True) -> requests.Response:
        """Look at a page."""
        return self.session.get(self.door.url + path, allow_redirects=follow, timeout=60)

    def await_text(self, path: str, text: str) -> str:
        """A page as soon as it says so: its figures may be a moment old."""
        wait_until(lambda: text in self.get(path).text)
        return self.get(path).text

    def post(self, path: str, page: str | None, **fields: str) -> requests.Response:
        """Send a form as it stands on ``page``; without a page one that we never showed."""
        token = self.token(page) if page else "forged"
        return self.session.post(self.door.url + path, data={"token": token, **fields}, timeout=60)

    def token(self, page: str) -> str:
        """What the forms of a page have to bring along."""
        found = re.search(r'name="token" value="([0-9a-f]+)"', self.get(page).text)
        assert found is not None
        return found[1]

    def sign_in(self, password: str = PASSWORD, **fields: str) -> requests.Response:
        """Type in name and password."""
        page = "/console/sign-in"
        return self.post(page, page, **{"user": USER, "password": password, **fields})


@contextmanager
def browser_of(door: Door) -> Iterator[Browser]:
    """A new one, which knows nothing of the others."""
    with requests.Session() as session:
        session.trust_env = False
        yield Browser(door, session)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """An installation with a console; its tests share it, each with people and a browser of its own."""
    with open_door(tmp_path_factory.mktemp("console"), **VARIABLES) as door:
        yield door


@pytest.fixture
def stranger(door: Door) -> Iterator[Browser]:
    """Not signed in."""
    with browser_of(door) as browser:
        yield browser


@pytest.fixture
def browser(stranger: Browser) -> Browser:
    """Signed in."""
    assert stranger.sign_in().url.endswith("/console/")
    return stranger


def bring(door: Door, source: str = "Gong.io", slug: str = "mara-ellingsen") -> str:
    """A lead; its id. Whoever is known already stays who they are."""
    lead = LeadInput(
        linkedin_url=f"https://www.linkedin.com/in/{slug}",
        email=f"{slug}@example.com",
        first_name="Mara",
        last_name="Ellingsen",
        source_type=SourceType.POST_LIKER,
        source_name=source,
        scraped_at=datetime(2026, 6, 1, tzinfo=UTC),
    )
    (taken,) = door.app.receive.take([lead], priority=Priority.NORMAL, door="test")
    return taken.lead_id


def test_without_a_password_there_is_no_console_but_the_remedy(tmp_path: Path) -> None:
    with open_door(tmp_path) as door, browser_of(door) as browser:
        for path in (*PAGES, "/console/sign-in"):
            answer = browser.get(path)
            assert answer.status_code == 404
            assert "CONSOLE_USER" in answer.text
            assert "CONSOLE_PASSWORD" in answer.text


def test_whoever_is_not_signed_in_sees_nothing_and_does_nothing(door: Door, stranger: Browser) -> None:
    lead = bring(door)
    for path in (*PAGES, f"/console/leads/{lead}"):
        answer = stranger.get(path, follow=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/console/sign-in?next={path}")
        assert answer.text == ""
    for path in ACTS:
        assert stranger.post(path, None, minutes="60", who=lead).url.endswith("/console/sign-in")
    assert door.app.targets()[1]["paused"] is False


def test_signing_in_leads_to_the_page_that_was_wanted(stranger: Browser) -> None:
    assert stranger.sign_in(next="/console/money").url.endswith("/console/money")


def test_a_wrong_password_or_name_opens_nothing(stranger: Browser) -> None:
    for answer in (stranger.sign_in("wrong"), stranger.sign_in(""), stranger.sign_in(user="somebody")):
        assert answer.status_code == 403
        assert PASSWORD not in answer.text
    assert stranger.get("/console/", follow=False).status_code == 303


def test_guessing_gets_slow(tmp_path: Path) -> None:
    with open_door(tmp_path, **VARIABLES) as door, browser_of(door) as browser:
        answers = [browser.sign_in("wrong") for _ in range(FREE + 3)]
    assert {answer.status_code for answer in answers[:FREE]} == {403}
    slowed = [answer for answer in answers if answer.status_code == 429]
    assert slowed
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in slowed)


def test_the_cookie_is_for_this_site_and_no_script(stranger: Browser) -> None:
    token = stranger.token("/console/sign-in")
    answer = stranger.session.post(
        stranger.door.url + "/console/sign-in",
        data={"token": token, "user": USER, "password": PASSWORD},
        allow_redirects=False,
        timeout=60,
    )
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/console" in cookie
    assert "secure" not in cookie
    assert USER not in cookie


def test_behind_https_the_cookie_goes_nowhere_else(tmp_path: Path) -> None:
    with (
        open_door(tmp_path, **VARIABLES, BASE_URL="https://swarm.example.com") as door,
        browser_of(door) as browser,
    ):
        assert "secure" in browser.get("/console/sign-in").headers["set-cookie"].lower()


def test_a_form_that_we_did_not_show_does_nothing(door: Door, browser: Browser) -> None:
    """Also one that we showed to another session."""
    with browser_of(door) as other:
        other.sign_in()
        foreign = other.token("/console/targets")
    for token in ("", "forged", foreign):
        answer = browser.post("/console/targets/ghl/pause", None, minutes="60", token=token)
        assert answer.status_code == 403
    assert door.app.targets()[1]["paused"] is False


def test_a_sign_in_form_of_another_site_does_nothing(stranger: Browser) -> None:
    assert stranger.post("/console/sign-in", None, user=USER, password=PASSWORD).status_code == 200
    assert stranger.get("/console/", follow=False).status_code == 303


def test_after_signing_out_a_copy_of_the_cookie_is_worth_nothing(door: Door, browser: Browser) -> None:
    copied = dict(browser.session.cookies)
    assert browser.post("/console/sign-out", "/console/").url.endswith("/console/sign-in")
    with browser_of(door) as thief:
        thief.session.cookies.update(copied)
        assert thief.get("/console/", follow=False).status_code == 303


def test_another_password_ends_every_session(tmp_path: Path) -> None:
    with open_door(tmp_path, **VARIABLES) as door, browser_of(door) as browser:
        browser.sign_in()
        copied = dict(browser.session.cookies)
    changed = {**VARIABLES, "CONSOLE_PASSWORD": "another"}
    with open_door(tmp_path, **changed) as door, browser_of(door) as browser:
        browser.session.cookies.update(copied)
        assert browser.get("/console/", follow=False).status_code == 303


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
