"""Debian's chromium, steered; what goes wrong in a page is kept."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator


PROGRAM = shutil.which("chromium")
#: Whole processes and a browser: to be had where the browser is.
needs_chromium = pytest.mark.skipif(
    PROGRAM is None, reason="needs the browser: apt-get install chromium (Debian)"
)
DESKTOP, PHONE, SMALL_PHONE = (1280, 900), (390, 844), (360, 740)


@dataclass
class Window:
    """One window with what its page complained of."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a page of the console."""
        self.page.goto(self.url + path)

    def sign_in(self, user: str, password: str) -> None:
        """As people do."""
        self.open("/console/")
        self.page.get_by_label("Name").fill(user)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/console/")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a screen."""
    # Chromium's own sandbox refuses to be started by root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=PROGRAM, args=arguments)
        yield browser
        browser.close()


@contextmanager
def window(
    browser: Browser,
    url: str,
    *,
    scheme: Literal["light", "dark"] = "light",
    size: tuple[int, int] = DESKTOP,
) -> Iterator[Window]:
    """A new window with cookies of its own."""
    context = browser.new_context(
        color_scheme=scheme,
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        locale="en-GB",
    )
    context.set_default_timeout(20_000)
    found = Window(context.new_page(), url)
    found.page.on(
        "console", lambda said: found.complaints.append(said.text) if said.type == "error" else None
    )
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    try:
        yield found
    finally:
        context.close()
