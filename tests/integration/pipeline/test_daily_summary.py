"""People are told once of each day and each month, in figures alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from alpha_swarm.ledger.schema.tables import events, intakes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World

HOOK = "/slack/services/T1/B1/secret"


@pytest.fixture
def told(install: Callable[..., World], sandbox: str) -> World:
    """An installation whose people are told in Slack."""
    return install(SLACK_WEBHOOK_URL=sandbox + HOOK)


def summaries(world: World) -> list[dict[str, Any]]:
    """What was told of days and months."""
    for _ in range(10):
        world.app.notify()
    found: list[dict[str, Any]] = world.sandbox_ledger()["slack"]["message_list"]
    return [one for one in found if "The day " in json.dumps(one) or "Access to" in json.dumps(one)]


def test_yesterday_is_told_once_without_anybodys_data(told: World) -> None:
    told.people(4)
    told.settle()
    with told.app.ledger.begin() as tx:
        tx.session.run(update(intakes).values(at=intakes.c.at - 86_400))
    for _ in range(2):
        told.app.tell_of_yesterday()
    (message,) = summaries(told)
    text = json.dumps(message)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    assert f"The day {yesterday}" in text
    assert "leads received" in text
    for lead in told.leads().values():
        personal = [lead.id, lead.input.linkedin_url, lead.input.first_name]
        personal += [lead.enrichment.values.email] if lead.enrichment else []
        assert [value for value in personal if value and value in text] == []


def test_of_a_quiet_day_nobody_is_told(told: World) -> None:
    told.app.tell_of_yesterday()
    assert summaries(told) == []


def test_the_access_of_last_month_is_told_once(told: World) -> None:
    told.people(3)
    told.settle()
    month = datetime.now(UTC).replace(day=1) - timedelta(days=1)
    with told.app.ledger.begin() as tx:
        tx.session.run(update(events).values(at=month.timestamp()))
    for _ in range(2):
        told.app.tell_of_yesterday()
    (message,) = summaries(told)
    text = json.dumps(message)
    assert f"Access to personal data in {month:%Y-%m}" in text
    assert "ghl crm: create contact: 3" in text
