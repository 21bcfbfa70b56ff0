"""Every CRM that can be asked says the same of its contacts, and misses none that was changed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.ghl import facts as ghl_facts
from alpha_swarm.connectors.ghl.crm import Ghl
from alpha_swarm.connectors.ghl.settings import GhlConfig
from alpha_swarm.connectors.hubspot import facts as hubspot_facts
from alpha_swarm.connectors.hubspot.crm import HubSpot
from alpha_swarm.connectors.hubspot.settings import HubSpotConfig
from alpha_swarm.connectors.salesforce import sourcing as salesforce_sourcing
from alpha_swarm.connectors.salesforce.crm import Salesforce
from alpha_swarm.connectors.salesforce.settings import SalesforceConfig
from alpha_swarm.errors import CredentialsRefusedError, GiveUpError, RetryLaterError
from alpha_swarm.ports.records_in import ChangedRecords, RecordSource
from tests.contract.contracts import GHL, Judge
from tests.contract.hubspot_rules import Rules
from tests.contract.offices import GhlOffice, HubSpotOffice, SalesforceOffice
from tests.contract.salesforce_judge import SalesforceJudge
from tests.doubles import MemoryFacts, NoGate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from alpha_swarm.ports.crm import Crm
    from alpha_swarm.ports.records_in import Page
    from tests.contract.offices import Office
    from tests.contract.sandbox import Sandbox

LONG_AGO = "2020-01-01T00:00:00Z"
PAGE = 20


class Ahead(SystemClock):
    """So far ahead that all that has happened is settled."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        """Later."""
        return super().now() + self.ahead


class Scene:
    """A CRM with people in it, and the connector that asks it."""

    def __init__(self, service: str, search: str, crm: Crm, office: Office, clock: Ahead) -> None:
        assert isinstance(crm, RecordSource)
        assert isinstance(crm, ChangedRecords)
        self.service, self.search = service, search
        self.crm, self.changes, self.source = crm, crm, crm
        self.office, self.clock = office, clock

    def enter(self, number: int) -> list[str]:
        """So many new contacts."""
        return self.office.enter([{"email": f"p{index}@works.example"} for index in range(number)])

    def round(self, cursor: str) -> tuple[list[str], str]:
        """All pages from there; the records in their order, and the cursor at the end."""
        found: list[str] = []
        for _ in range(100):
            page: Page = self.changes.changed_since(cursor)
            found += page.records
            cursor = page.cursor
            if not page.more:
                return found, cursor
        raise AssertionError("the pages never end")


def _ghl(url: str, clock: Ahead) -> Scene:
    config = GhlConfig(keys=("pit-test",), location_id="location", base_url=f"{url}/ghl")
    crm = Ghl(config, NoGate(), MemoryFacts(), clock)
    return Scene("ghl", "searchContacts", crm, GhlOffice(url, "location"), clock)


def _hubspot(url: str, clock: Ahead) -> Scene:
    config = HubSpotConfig(keys=("pat-test",), base_url=f"{url}/hubspot")
    return Scene(
        "hubspot", "search", HubSpot(config, NoGate(), MemoryFacts(), clock), HubSpotOffice(url), clock
    )


def _salesforce(url: str, clock: Ahead) -> Scene:
    config = SalesforceConfig(instance_url=f"{url}/salesforce", keys=("token",))
    crm = Salesforce(config, NoGate(), MemoryFacts(), clock)
    return Scene("salesforce", "query", crm, SalesforceOffice(url), clock)


@pytest.fixture(params=[_ghl, _hubspot, _salesforce], ids=["ghl", "hubspot", "salesforce"])
def scene(
    request: pytest.FixtureRequest, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    """With small pages, and every request judged by what there is to judge it by."""
    monkeypatch.setattr(hubspot_facts, "MOST_FOUND", PAGE)
    monkeypatch.setattr(ghl_facts, "MOST_LISTED", PAGE)
    monkeypatch.setattr(salesforce_sourcing, "_PAGE", PAGE)
    judges: dict[str, Callable[[], Any]] = {
        "ghl": lambda: Judge(GHL, "https://services.leadconnectorhq.com", f"{sandbox.url}/ghl"),
        "hubspot": lambda: Rules(f"{sandbox.url}/hubspot"),
        "salesforce": lambda: SalesforceJudge(sandbox.url),
    }
    scene = request.param(sandbox.url, Ahead())
    judges[scene.service]().install(monkeypatch)
    yield scene
    scene.crm.close()


def test_records_say_what_a_lead_is_made_of(scene: Scene) -> None:
    """A web site is the company's, or a person's own profile; what is not there is left out."""
    whole = {
        "email": "ada@works.example",
        "first_name": "Ada",
        "last_name": "Example",
        "company_name": "Works",
    }
    ids = scene.office.enter(
        [
            {**whole, "website": "https://www.works.example/about"},
            {"email": "ben@works.example", "website": "https://linkedin.com/in/ben-example"},
        ]
    )
    gone = scene.office.enter([{"email": "gone@works.example"}])
    scene.office.delete(gone[0])
    assert scene.source.fetch([*ids, *gone, "999999", "003000000000001AAA"]) == {
        ids[0]: {**whole, "company_domain": "works.example"},
        ids[1]: {"email": "ben@works.example", "linkedin_url": "https://www.linkedin.com/in/ben-example"},
    }
    assert scene.source.fetch([]) == {}


def test_more_records_than_one_call_takes_are_fetched(scene: Scene) -> None:
    ids = scene.enter(130)
    assert scene.source.fetch(ids).keys() == set(ids)


def test_it_begins_with_what_is_changed_from_now_on(scene: Scene) -> None:
    scene.enter(3)
    first = scene.changes.changed_since(None)
    assert (dict(first.records), first.more) == ({}, False)
    (new,) = scene.office.enter([{"email": "new@works.example"}])
    page = scene.changes.changed_since(first.cursor)
    assert list(page.records) == [new]
    assert page.records[new].fields == {"email": "new@works.example"}


@pytest.mark.parametrize("number", [0, 1, PAGE - 1, PAGE, PAGE + 1, 5 * PAGE + 7])
def test_all_that_was_changed_comes_by_pages_whatever_their_number(scene: Scene, number: int) -> None:
    """What is settled comes once; where the vendor cannot tell those of one moment apart, they come again."""
    ids = scene.enter(number)
    scene.clock.ahead = timedelta(hours=1)
    found, cursor = scene.round(LONG_AGO)
    assert set(found) == set(ids)
    assert max(Counter(found).values(), default=1) <= (3 if scene.service == "hubspot" else 1)
    assert scene.round(cursor)[1] == cursor, "from then on it is quiet"


def test_an_edited_record_comes_again_and_after_those_that_were_not(scene: Scene) -> None:
    ids = scene.enter(2 * PAGE)
    scene.clock.ahead = timedelta(hours=1)
    _, cursor = scene.round(LONG_AGO)
    scene.office.edit(ids[0], first_name="Ada")
    found, _ = scene.round(cursor)
    assert found[-1] == ids[0]
    assert scene.round(LONG_AGO)[0][-1] == ids[0]


def test_what_may_not_be_seen_yet_is_looked_for_again(scene: Scene) -> None:
    """The last minutes come in each round, and no round goes past them."""
    ids = scene.enter(3)
    found, cursor = scene.round(LONG_AGO)
    assert set(found) == set(ids) == set(scene.round(cursor)[0])
    scene.clock.ahead = timedelta(hours=1)
    _, cursor = scene.round(cursor)
    assert scene.round(cursor)[1] == cursor


def test_a_deleted_record_is_no_change(scene: Scene) -> None:
    ids = scene.enter(3)
    scene.office.delete(ids[1])
    assert scene.round(LONG_AGO)[0] == [ids[0], ids[2]]


def test_a_cursor_that_is_none_is_refused(scene: Scene) -> None:
    with pytest.raises(GiveUpError):
        scene.changes.changed_since("yesterday")


@pytest.mark.parametrize(("status", "kind"), [(503, RetryLaterError), (401, CredentialsRefusedError)])
def test_trouble_is_told(scene: Scene, sandbox: Sandbox, status: int, kind: type[Exception]) -> None:
    """A round that fails is tried again from the same cursor."""
    ids = scene.enter(1)
    scene.source.fetch(ids)
    sandbox.fault(scene.service, "*", "status", status=status)
    for ask in (lambda: scene.changes.changed_since(LONG_AGO), lambda: scene.source.fetch(ids)):
        with pytest.raises(kind):
            ask()


def test_a_crowd_of_one_moment_is_gone_through(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as an import leaves behind: more of them than a page holds."""
    monkeypatch.setattr("alpha_swarm.sandbox.hubspot.admin.time.time", lambda: 1_795_341_540.25)
    ids = scene.enter(3 * PAGE + 1)
    scene.clock.ahead = timedelta(days=365)
    found, cursor = scene.round(LONG_AGO)
    assert set(found) == set(ids)
    assert scene.round(cursor)[1] == cursor
