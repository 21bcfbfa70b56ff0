"""Who comes into the console, and how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.console.throttle import FREE
from tests.integration.api_door import Door, open_door
from tests.integration.console_pages.browsing import (
    PAGES,
    PASSWORD,
    USER,
    VARIABLES,
    Browser,
    bring,
    browser_of,
)

if TYPE_CHECKING:
    from pathlib import Path


ACTS = ("/console/targets/ghl/pause", "/console/targets/ghl/resume", "/console/leads", "/console/sign-out")


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
