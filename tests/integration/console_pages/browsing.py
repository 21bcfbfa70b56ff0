"""What somebody looks at the console with, and people to be looked at."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import requests

from alpha_swarm.domain.leads.lead import LeadInput
from alpha_swarm.domain.states import Priority, SourceType, State, Step
from alpha_swarm.ports.records import Death
from tests.integration.api_door import Door
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

USER, PASSWORD = "operator", "a long password"
VARIABLES = {
    "CONSOLE_USER": USER,
    "CONSOLE_PASSWORD": PASSWORD,
    "SYNC_TARGETS": "ghl",
    "GHL_API_KEY": "key",
    "GHL_LOCATION_ID": "here",
}
PAGES = (
    "/console/",
    "/console/targets",
    "/console/money",
    "/console/leads",
    "/console/workers",
    "/console/dead-letters",
    "/console/charts",
    "/console/quality",
    "/console/quality/sample",
    "/console/alerts",
)


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


def give_up(door: Door, lead_id: str, cause: str = "refused", kind: str = "permanent") -> None:
    """Clay would not enrich it."""
    death = Death(lead_id=lead_id, step=Step.ENRICH, cause=cause, kind=kind, error="Clay said no", attempts=1)
    with door.app.ledger.begin() as tx:
        tx.leads.lock([lead_id])
        tx.work.abandon([lead_id])
        tx.leads.move({lead_id: State.DEAD})
        tx.dead_letters.add([death])
