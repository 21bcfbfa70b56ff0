"""What the course of things brings about is told once, on the ways of its level, and cleared once."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook

from alpha_swarm.domain.health.executions import Execution, Tally, Trigger
from alpha_swarm.domain.health.standing import HOLD_SECONDS
from alpha_swarm.domain.letters.dead_letters import Resolution
from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.schema.executions import execution_hours
from alpha_swarm.ledger.schema.tables import dead_letters
from alpha_swarm.ports.records import Death
from tests.integration.pipeline.postbox import FOUND, Postbox
from tests.scripted_server import ScriptedServer, scripted_server, told
from tests.unit.connectors.mail_server import MailServer, mail_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.world import World

SLACK = "/slack/services/T1/B1/secret"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOUR = 3600.0


class Office:
    """An installation that tells people on all three ways, and what they hear."""

    def __init__(self, world: World, pager: ScriptedServer, mail: MailServer) -> None:
        self.world = world
        self.pager = pager
        self.mail = mail

    def slack(self, word: str) -> list[str]:
        """The first lines of messages with this word."""
        found: list[dict[str, Any]] = self.world.sandbox_ledger()["slack"]["message_list"]
        return [one["text"].splitlines()[0].strip("*") for one in found if word in one["text"]]

    def paged(self, word: str) -> list[str]:
        """What the pager showed."""
        found = [Webhook(SECRET).verify(one.body, dict(one.headers))["data"] for one in self.pager.asked]
        return [one["text"] for one in found if word in one["text"]]

    def look(self) -> None:
        """Some seconds go by."""
        for _ in range(3):
            self.world.app.notify()

    def begins_and_ends(self, word: str, mend: Callable[[], object], *, critical: bool) -> None:
        """Told once with its remedy, and told once when it is mended."""
        self.look()
        (text,) = self.slack(word)
        assert self.paged(word) == ([text] if critical else [])
        (standing,) = [one for one in self.world.app.alerts() if word in one["text"]]
        assert (standing["level"] == "critical", standing["told"]) == (critical, True)
        mend()
        self.look()
        self.world.let_time_pass(HOLD_SECONDS)
        self.look()
        assert self.slack(word) == [text, f"Over: {text}"]
        assert self.paged(word) == ([text, f"Over: {text}"] if critical else [])
        assert [one for one in self.world.app.alerts() if word in one["text"]] == []
        assert self.mail.mails == []


@pytest.fixture
def open_office(install: Callable[..., World], sandbox: str) -> Iterator[Callable[..., Office]]:
    """Opens one with further settings."""
    with ExitStack() as stack:
        pager, mail = stack.enter_context(scripted_server()), stack.enter_context(mail_server())
        pager.answers("POST", "/hook", told({}))

        def begin(**more: str) -> Office:
            ways = {
                "SLACK_WEBHOOK_URL": sandbox + SLACK,
                "ALERT_WEBHOOK_URL": f"{pager.url}/hook",
                "ALERT_WEBHOOK_SECRET": SECRET,
                "SMTP_URL": mail.url,
                "ALERT_EMAIL": "ops@example.com",
            }
            return Office(install(**{**ways, **more}), pager, mail)

        yield begin


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    """With two CRMs."""
    return open_office()


def executed(world: World, tally: Tally, *, seconds: float = 1.0, times: int = 1) -> None:
    """Batches of the step ``enrich`` that came to this."""
    with world.app.ledger.begin() as tx:
        for _ in range(times):
            tx.executions.add(
                Execution(workflow="enrich", trigger=Trigger.HINT, seconds=seconds, tally=tally)
            )


def come_to_rest(world: World) -> None:
    """Leads come as far as they can."""
    world.people(6)
    world.work()
    world.let_time_pass(60.0)
    world.work()


def failed(number: int, success: int = 0) -> Tally:
    """So many records."""
    return Tally(success=success, failed={f"lead-{place}": "gone" for place in range(number)})


def test_a_workflow_that_fails_for_an_hour(office: Office) -> None:
    world = office.world
    world.fault(service="ghl", fault="status", status=422)
    world.people(6, "first")
    world.settle()
    world.let_time_pass(HOUR + 1.0)
    world.people(6, "second")
    world.settle()

    def mend() -> None:
        world.mend()
        world.people(6, "third")
        world.settle()

    office.begins_and_ends("sync-ghl has been failing", mend, critical=True)


def test_a_sync_that_has_stopped(office: Office) -> None:
    world = office.world
    world.fault(service="ghl", fault="status", status=401)
    come_to_rest(world)
    world.let_time_pass(901.0)

    def mend() -> None:
        world.mend()
        world.app.resume("ghl")
        world.settle()

    office.begins_and_ends("sync-ghl has stopped", mend, critical=True)


def test_a_sync_that_somebody_paused_has_not_stopped(office: Office) -> None:
    world = office.world
    world.app.pause("ghl", HOUR)
    come_to_rest(world)
    world.let_time_pass(901.0)
    office.look()
    assert office.slack("stopped") == []


def test_results_that_lack_too_much(open_office: Callable[..., Office]) -> None:
    office = open_office(CLAY_TRANSPORT="webhook")
    world = office.world
    world.app.enricher = postbox = Postbox()

    def answered(number: int, prefix: str, **values: object) -> None:
        before = set(postbox.received)
        world.people(number, prefix)
        world.work()
        new = [name for name in postbox.received if name not in before]
        world.app.receive_webhook([postbox.answer(name, **values) for name in new])
        world.work()
        world.app.tidy()

    answered(20, "poor", email_work="someone@works.example")
    whole = FOUND | {"company_domain": "works.example", "company_size": 120}
    office.begins_and_ends("Results lack too much", lambda: answered(60, "rich", **whole), critical=True)


def test_dead_letters_that_are_given_up(office: Office) -> None:
    world = office.world
    (lead_id,) = world.people(1)
    died = Death(
        lead_id=lead_id, step=Step.INGEST, cause="x", kind="transient", error="it failed", attempts=9
    )
    with world.app.ledger.begin() as tx:
        tx.dead_letters.add([died])
    office.look()
    assert office.slack("given up") == [], "it will be replayed"
    with world.app.ledger.begin() as tx:
        tx.session.run(dead_letters.update().values(replay_at=None))

    def mend() -> None:
        with world.app.ledger.begin() as tx:
            ids = [row.id for row in tx.session.rows(dead_letters.select())]
            tx.dead_letters.resolve(ids, Resolution.DISCARDED)

    office.begins_and_ends("given up", mend, critical=True)


def test_a_workflow_that_succeeds_too_seldom(office: Office) -> None:
    executed(office.world, failed(6, success=94))
    office.begins_and_ends(
        "enrich succeeds for fewer", lambda: office.world.let_time_pass(HOUR), critical=False
    )


def test_a_workflow_that_takes_too_long(office: Office) -> None:
    """By the median of the hours of a week."""
    world = office.world
    executed(world, failed(0, success=10), times=5)
    for hours in range(1, 8):
        with world.app.ledger.begin() as tx:
            tx.session.run(execution_hours.update().values(hour=execution_hours.c.hour - hours))
        executed(world, failed(0, success=10), times=5)
    world.let_time_pass(2 * HOUR)
    executed(world, failed(0, success=10), seconds=5.0, times=5)
    office.begins_and_ends("enrich takes more than twice", lambda: world.let_time_pass(HOUR), critical=False)


def test_a_workflow_that_gets_worse(office: Office) -> None:
    world = office.world
    executed(world, failed(1, success=999))
    world.let_time_pass(1200.0)
    executed(world, failed(6, success=294))
    office.begins_and_ends(
        "enrich fails more than twice as often", lambda: world.let_time_pass(900.0), critical=False
    )


def test_a_cap_that_is_nearly_reached(open_office: Callable[..., Office]) -> None:
    office = open_office(CLAY_CREDITS_PER_DAY="55", CLAY_CREDITS_PER_LEAD="16")
    world = office.world
    world.people(3)
    world.app.follow(Step.INGEST, [])
    world.app.follow(Step.ENRICH, [])

    def mend() -> None:
        office.world = open_office(CLAY_CREDITS_PER_DAY="5500", CLAY_CREDITS_PER_LEAD="16").world

    office.begins_and_ends("80 % of the day's credits", mend, critical=False)


@pytest.mark.parametrize(
    ("without", "critical", "warning"),
    [
        ((), {"slack", "webhook"}, {"slack"}),
        (("SLACK_WEBHOOK_URL",), {"webhook"}, {"email"}),
        (("SLACK_WEBHOOK_URL", "ALERT_WEBHOOK_URL"), {"email"}, {"email"}),
        (("ALERT_EMAIL",), {"slack", "webhook"}, {"slack"}),
        (("SLACK_WEBHOOK_URL", "ALERT_EMAIL"), {"webhook"}, set()),
    ],
)
def test_each_level_goes_its_ways(
    open_office: Callable[..., Office], without: tuple[str, ...], critical: set[str], warning: set[str]
) -> None:
    """E-mail stands in for what is not there."""
    office = open_office(**dict.fromkeys(without, ""))
    with office.world.app.ledger.begin() as tx:
        tx.pauses.pause("ghl", "it refused", 3600.0, "CredentialsRefusedError")
    executed(office.world, failed(6, success=94))
    office.look()
    assert _heard(office, "ghl is halted") == critical
    assert _heard(office, "enrich succeeds for fewer") == warning


def _heard(office: Office, word: str) -> set[str]:
    ways = {
        "slack": office.slack(word),
        "webhook": office.paged(word),
        "email": [text for text in office.mail.mails if word in text],
    }
    assert all(len(found) <= 1 for found in ways.values())
    return {way for way, found in ways.items() if found}


def test_a_pager_that_is_away_keeps_nothing_from_slack_and_is_told_when_it_is_back(office: Office) -> None:
    world = office.world
    office.pager.answers("POST", "/hook", told({}, 503))
    with world.app.ledger.begin() as tx:
        tx.pauses.pause("ghl", "it refused", 3600.0, "CredentialsRefusedError")
    office.look()
    assert len(office.slack("ghl is halted")) == 1
    refused = len(office.pager.asked)
    office.pager.answers("POST", "/hook", told({}))
    world.let_time_pass(60.0)
    office.look()
    (heard,) = office.pager.asked[refused:]
    assert heard.headers["webhook-id"] == office.pager.asked[0].headers["webhook-id"]
    assert len(office.slack("ghl is halted")) == 1
