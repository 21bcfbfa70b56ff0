"""The connector to the sandbox's HubSpot, and what others do there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import requests

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.hubspot.crm import HubSpot
from alpha_swarm.connectors.hubspot.settings import HubSpotConfig
from alpha_swarm.errors import GiveUpError
from tests.contract.hubspot_rules import BY_HAND
from tests.doubles import MemoryFacts, NoGate

if TYPE_CHECKING:
    from alpha_swarm.domain.privacy.rights import Identifiers
    from alpha_swarm.ports.crm import Crm
    from tests.contract.sandbox import Sandbox

CONTACTS = "/crm/objects/2026-03/contacts"


def hubspot(sandbox: Sandbox, known: MemoryFacts | None = None, version: str = "2026-03") -> HubSpot:
    """The connector to the sandbox."""
    config = HubSpotConfig(keys=("pat-test",), base_url=f"{sandbox.url}/hubspot", version=version)
    return HubSpot(config, NoGate(), known or MemoryFacts(), SystemClock())


def vendor(sandbox: Sandbox, method: str, path: str, body: Any = None) -> Any:
    """A call that is not the connector's."""
    headers = {"Authorization": f"Bearer {BY_HAND}"}
    answer = requests.request(method, f"{sandbox.url}/hubspot{path}", json=body, headers=headers, timeout=60)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def typed_in(sandbox: Sandbox, contact_id: str | None = None, **properties: str) -> str:
    """What a person does by hand; the id."""
    answer = sandbox.order("hubspot/people", [{"id": contact_id, "properties": properties}])
    found: str = answer["ids"][0]
    return found


def record_fault(sandbox: Sandbox, fault: str, **more: Any) -> None:
    """Something goes wrong with single records."""
    sandbox.order("hubspot/record_faults", {"fault": fault, **more})


class UnsubscribedByHand:
    """How the shared suite has people silenced there."""

    flags = frozenset({"hs_email_optout"})

    def heard(self, sandbox: Sandbox) -> set[str]:
        """Whoever has an e-mail that is not unsubscribed."""
        return {
            one["id"]
            for one in sandbox.ledger()["hubspot"]["contact_list"]
            if one["properties"].get("email") and one["properties"].get("hs_email_optout") != "true"
        }

    def silence(self, crm: Crm, sandbox: Sandbox, who: Identifiers) -> int:
        """The connector names them, and a person unsubscribes them."""
        try:
            return crm.silence(who).removed
        except GiveUpError as error:
            ids = re.findall(r"[0-9]+", str(error).partition("contact ")[2])
            sandbox.order("hubspot/unsubscribed", ids)
            return len(ids)
