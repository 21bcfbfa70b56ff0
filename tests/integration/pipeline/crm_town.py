"""A CRM that people work in, whose webhooks come to our door, and the installation behind it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import requests
from sqlalchemy import func, select, update

from alpha_swarm.api.server import create_app
from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.states import State, Step, Target
from alpha_swarm.ledger.schema.crm import syncs
from alpha_swarm.ledger.schema.tables import inbox
from alpha_swarm.ports.records import Owed
from tests.contract.offices import GhlOffice, HubSpotOffice, SalesforceOffice
from tests.integration.api_door import served
from tests.integration.pipeline.crm_sender import Sender
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.contract.offices import Office
    from tests.integration.world import World

BASE = "https://leads.example"
SECRET = "a-secret-of-the-app"
_LOCATION = "loc"
_VARIABLES = {
    "BASE_URL": BASE,
    "HUBSPOT_ACCESS_TOKEN": "pat",
    "CRM_WEBHOOK_SECRET_HUBSPOT": SECRET,
    "SALESFORCE_ACCESS_TOKEN": "token",
    "CRM_WEBHOOK_SECRET_SALESFORCE": SECRET,
    "GHL_LOCATION_ID": _LOCATION,
}


class Town:
    """One CRM, one installation."""

    def __init__(self, system: System, world: World, office: Office) -> None:
        self.system = system
        self.world = world
        self.office = office
        self.door = ""
        self.sender = Sender(world.app)

    def enter(self, number: int, prefix: str = "p") -> dict[str, dict[str, str]]:
        """New contacts that a person types in: record → what was typed."""
        typed = [
            {"email": f"{prefix}{index}@works{index}.example", "first_name": f"Typed {index}"}
            for index in range(number)
        ]
        return dict(zip(self.office.enter(typed), typed, strict=True))

    def quiet(self) -> int:
        """Until nothing is on its way in either direction; in how many rounds."""
        for number in range(1, 50):
            wait_until(lambda: self._admin("GET", "/_sandbox/crm_webhooks").json()["under_way"] == 0)
            unread = self._unread()
            worked = self.world.step()
            if not worked and not unread and self.world.app.status()["settled"]:
                return number
            if not worked and not unread:
                self.world.settle()
        raise AssertionError("it never comes to rest: what we write is told to us as news")

    def sync_again(self, lead_id: str) -> None:
        """As if something of the lead were new; whatever comes of it."""
        target, app = Target(self.system.value), self.world.app
        with app.ledger.begin() as tx:
            standing = tx.leads.standing([lead_id])[lead_id]
            tx.syncs.open({lead_id: [target]})
            tx.leads.move({lead_id: State.SYNCING})
            tx.work.owe([Owed(lead_id=lead_id, step=Step.sync(target), turn=standing.turn)])
            mine = (syncs.c.lead_id == lead_id) & (syncs.c.target == target.value)
            tx.session.run(update(syncs).where(mine).values(fingerprint=None))
        self.quiet()

    def paid(self) -> int:
        """Enrichments that the other side counts."""
        found: int = self.world.sandbox_ledger()["clay"]["enrichments"]
        return found

    def tell(self, door: str, system: System | None = None, **order: Any) -> None:
        """From now on what happens there is told to our door; in the town's own CRM unless named."""
        name = (system or self.system).value
        path = f"/webhooks/crm/{name}" + (f"/{SECRET}" if name == System.SALESFORCE.value else "")
        order = {"url": door + path, "signed_url": BASE + path, "secret": SECRET, **order}
        self._admin("POST", f"/_sandbox/crm_webhooks/{name}", order)

    def books(self) -> dict[str, Any]:
        """What the CRM counted."""
        found: dict[str, Any] = self.world.sandbox_ledger()[self.system.value]
        return found

    def record_ids(self) -> set[str]:
        """The records that leads know to be theirs."""
        leads = self.world.leads().values()
        return {one.external_ids[self.system.value] for one in leads if self.system.value in one.external_ids}

    def _unread(self) -> int:
        with self.world.app.ledger.read() as tx:
            waiting = select(func.count()).select_from(inbox).where(inbox.c.state == "waiting")
            return int(tx.session.run(waiting).scalar_one())

    def _admin(self, method: str, path: str, body: Any = None) -> requests.Response:
        with requests.Session() as session:
            answer = session.request(method, f"{self.world.url}{path}", json=body, timeout=60)
        answer.raise_for_status()
        return answer


@contextmanager
def town(
    system: System,
    url: str,
    install: Callable[..., World],
    variables: dict[str, str] | None = None,
    **order: Any,
) -> Iterator[Town]:
    """With a real door; every delivery comes twice, half of them late, unless ordered otherwise."""
    with requests.Session() as session:
        key = session.get(f"{url}/_sandbox/crm_webhooks", timeout=60).json()["ghl_public_key"]
    world = install(
        HUBSPOT_API_BASE_URL=f"{url}/hubspot",
        SALESFORCE_INSTANCE_URL=f"{url}/salesforce",
        CRM_WEBHOOK_SECRET_GHL=key,
        **{**_VARIABLES, "SYNC_TARGETS": system.value, **(variables or {})},
    )
    offices: dict[System, Office] = {
        System.HUBSPOT: HubSpotOffice(url),
        System.GHL: GhlOffice(url, _LOCATION),
        System.SALESFORCE: SalesforceOffice(url),
    }
    one = Town(system, world, offices[system])
    with served(create_app(world.app)) as one.door:
        one.tell(one.door, **{"doubled": 1.0, "reordered": 0.5, "reorder_seconds": 0.1, **order})
        yield one
