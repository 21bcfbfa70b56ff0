"""A page of the console answers at once, however many leads there are."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.integration.api_door import open_door
from tests.integration.console_pages.browsing import PAGES, PASSWORD, VARIABLES, browser_of

if TYPE_CHECKING:
    from pathlib import Path

    from alpha_swarm.app import App
    from tests.integration.console_pages.browsing import Browser

LEADS = 1_000_000
SECONDS = 0.3
PERSON = (
    '{"linkedin_url": "https://www.linkedin.com/in/mara-ellingsen", "source_type": "post_liker",'
    ' "source_name": "Gong.io", "scraped_at": "2026-01-01T00:00:00Z"}'
)
VALUES = {"leads": LEADS, "person": PERSON}
#: A million leads in seconds; each second one is through: paid for, scored, with a story.
FILLING = (
    """WITH RECURSIVE counted(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < :leads)
    INSERT INTO leads (id, generation, state, priority, turn, identity, status, score, tier,
    created_at, updated_at, retention_until)
    SELECT printf('%026d', i), 1, iif(i % 2, 'synced', 'received'), 1, i, printf('%064d', i),
    iif(i % 2, 'completed', NULL), iif(i % 2, 80, NULL), iif(i % 2, 'Tier 1', NULL), 0, 0, 9e9
    FROM counted""",
    "INSERT INTO persons (lead_id, input) SELECT id, :person FROM leads",
    "INSERT INTO intakes (at, door, accepted, duplicates, rejected) VALUES (0, 'cli', :leads, 0, 0)",
    """INSERT INTO work (lead_id, step, turn, due_at, since, attempts, claims)
    SELECT id, 'ingest', turn, 0, 0, 0, 0 FROM leads WHERE state = 'received'""",
    """INSERT INTO calls (id, operation, target, key, lease_id, planned_at)
    SELECT id, 'enrich', 'clay', id, 1, 0 FROM leads WHERE state = 'synced'""",
    """INSERT INTO call_leads (call_id, lead_id, operation, generation, state, day, credits_reserved,
    credits_spent, actions_reserved, actions_spent)
    SELECT id, id, 'enrich', 1, 'done', '2026-01-01', 6, 6, 1, 1 FROM leads WHERE state = 'synced'""",
    """INSERT INTO events (lead_id, at, kind, detail)
    SELECT id, 0, 'scored', '{"score": 80}' FROM leads WHERE state = 'synced'""",
)


def fill(app: App) -> None:
    """The ledger with a million leads."""
    with app.ledger.begin() as tx:
        for statement in FILLING:
            named = {name: value for name, value in VALUES.items() if f":{name}" in statement}
            tx.session.connection.execute(text(statement), named)


def looks(browser: Browser, paths: list[str], rounds: int) -> dict[str, list[float]]:
    """How long each page took each time, in seconds; between the rounds what is known goes stale."""
    taken: dict[str, list[float]] = {path: [] for path in paths}
    for _ in range(rounds):
        for path in paths:
            began = time.perf_counter()
            answer = browser.get(path)
            taken[path].append(time.perf_counter() - began)
            assert answer.status_code == 200
        time.sleep(1.5)  # the measure is of pages whose figures are old
    return taken


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_each_page_answers_in_300_ms_with_a_million_leads(tmp_path: Path) -> None:
    """Also the first look, when nothing is known yet; on a machine with nothing else to do."""
    with open_door(tmp_path, **VARIABLES) as door, browser_of(door) as browser:
        fill(door.app)
        assert browser.sign_in(PASSWORD).status_code == 200
        with door.app.ledger.read() as tx:
            lead = tx.leads.latest(None, 1)[0]
        taken = looks(browser, [*PAGES, "/console/leads?state=synced", f"/console/leads/{lead}"], 8)
    for path, each in taken.items():
        sys.stderr.write(f"{path}: {', '.join(f'{1000 * one:.0f}' for one in each)} ms\n")
    assert max(max(each) for each in taken.values()) < SECONDS
