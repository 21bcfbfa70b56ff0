"""Fixed keys of the CRMs are replaced without a stop: the current one is followed by the next."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.assembly import crms
from alpha_swarm.clock import SystemClock
from alpha_swarm.config import load_settings
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import CredentialsRefusedError
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from alpha_swarm.sealing import Seal
from tests.contract.test_instantly import CAMPAIGN
from tests.doubles import MemoryFacts, NoGate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.ports.crm import Crm

_NEW = frozenset({"new"})
_KEYS = {
    Target.GHL: "GHL_API_KEY",
    Target.INSTANTLY: "INSTANTLY_API_KEY",
    Target.HUBSPOT: "HUBSPOT_ACCESS_TOKEN",
    Target.SALESFORCE: "SALESFORCE_ACCESS_TOKEN",
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A sandbox that takes the new keys alone."""
    settings = SandboxSettings(
        limits=False,
        ghl_api_keys=_NEW,
        instantly_api_keys=_NEW,
        hubspot_access_tokens=_NEW,
        salesforce_api_keys=_NEW,
    )
    with running(settings) as url:
        yield url


@contextmanager
def connected(url: str, target: Target, keys: str) -> Iterator[Crm]:
    """The connector, by variables."""
    environ = {
        "SYNC_TARGETS": target.value,
        _KEYS[target]: keys,
        "GHL_API_BASE_URL": f"{url}/ghl",
        "GHL_LOCATION_ID": "loc",
        "INSTANTLY_API_BASE_URL": f"{url}/instantly",
        "INSTANTLY_CAMPAIGN_ID": CAMPAIGN,
        "HUBSPOT_API_BASE_URL": f"{url}/hubspot",
        "SALESFORCE_INSTANCE_URL": f"{url}/salesforce",
    }
    seal = Seal(b"a key for tests, long enough", "tests")
    settings = load_settings(environ, None)
    crm = crms.crms(settings, NoGate(), MemoryFacts(), SystemClock(), seal)[target]
    yield crm
    crm.close()


@pytest.mark.parametrize("target", Target)
def test_the_next_key_is_tried_once_where_the_current_one_is_refused(url: str, target: Target) -> None:
    """And taken from then on."""
    with connected(url, target, "old,new") as crm:
        crm.check()
        crm.check()


@pytest.mark.parametrize(("target", "keys"), [(one, keys) for one in Target for keys in ("old", "old,older")])
def test_where_none_is_taken_the_target_is_halted(url: str, target: Target, keys: str) -> None:
    """With one key as with two."""
    with connected(url, target, keys) as crm, pytest.raises(CredentialsRefusedError):
        crm.check()
