"""Whoever was forgotten stands nowhere in what the vendors hold, but where a vendor says so."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.sandbox import server
from alpha_swarm.sandbox.settings import SandboxSettings
from alpha_swarm.sandbox.world import World
from tests.contract.crm_rights import person
from tests.contract.hubspot import hubspot
from tests.contract.people import PAYLOAD
from tests.contract.salesforce import contact, salesforce
from tests.contract.sandbox import Sandbox
from tests.contract.test_clay import added, connect, lead, whose
from tests.contract.test_ghl import ghl
from tests.contract.test_instantly import connected
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from alpha_swarm.ports.crm import Crm

#: Parts of the canary's values.
CANARY = ("Canaria", "p1@works", "5550001")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Sandbox, World]]:
    """A sandbox, and all that it holds."""
    held: list[World] = []

    def build(settings: SandboxSettings) -> World:
        held.append(World(settings))
        return held[0]

    monkeypatch.setattr(server, "World", build)
    with server.running(SandboxSettings(limits=False)) as url:
        sandbox = Sandbox(url)
        yield sandbox, held[0]
        sandbox.close()


@pytest.mark.parametrize("name", ["hubspot", "ghl", "instantly", "salesforce"])
def test_a_crm_keeps_nothing_of_whoever_was_forgotten(world: tuple[Sandbox, World], name: str) -> None:
    """Not in its records, its index, its log or anywhere else; it does hold the person before."""
    sandbox, all_of_it = world
    with connected(sandbox.url) as instantly:
        crms: dict[str, Crm] = {
            "hubspot": hubspot(sandbox),
            "ghl": ghl(sandbox),
            "instantly": instantly,
            "salesforce": salesforce(sandbox),
        }
        crm = crms[name]
        upserted(crm, [_canary(crm)])
        assert _traces(all_of_it)
        assert crm.forget(person()).removed == 1
        for one in crms.values():
            one.close()
    for store in KEPT.get(name, ()):
        store(all_of_it).clear()
    assert _traces(all_of_it) == []


#: What the vendors do not let go of, as the receipt says.
KEPT: Mapping[str, tuple[Callable[[World], Any], ...]] = {
    "instantly": (lambda world: world.instantly.leads.blocked,),
    "salesforce": (lambda world: world.salesforce.records._bin,),
}


def test_clay_keeps_nothing_of_whoever_was_forgotten(world: tuple[Sandbox, World]) -> None:
    """A row is gone for good."""
    sandbox, all_of_it = world
    clay = connect(sandbox)
    clay.prepare()
    rows = added(clay, [lead(1, first_name="Canaria")])
    assert _traces(all_of_it)
    assert clay.forget(whose(list(rows.values()))).removed == 1
    clay.close()
    assert _traces(all_of_it) == []


def _canary(crm: Crm) -> Any:
    named = {"first_name": "Canaria", "last_name": "Canaria", "tech_stack": ["Canaria"]}
    return contact(crm, **(PAYLOAD | named | {"email": "p1@works.example", "phone": "+14155550001"}))  # type: ignore[arg-type]


def _traces(root: object) -> list[str]:
    """The texts with a part of the canary in all that can be reached from there."""
    seen: set[int] = set()
    found: list[str] = []
    waiting: deque[object] = deque([root])
    while waiting:
        one = waiting.popleft()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, str | bytes):
            text = one if isinstance(one, str) else one.decode("utf-8", "replace")
            found += [text] if any(part in text for part in CANARY) else []
        else:
            waiting.extend(_parts(one))
    return found


def _parts(one: object) -> list[object]:
    if isinstance(one, dict):
        return [*one.keys(), *one.values()]
    if isinstance(one, list | tuple | set | frozenset | deque):
        return list(one)
    slots = [name for kind in type(one).__mro__ for name in getattr(kind, "__slots__", ())]
    own = [getattr(one, name) for name in slots if isinstance(name, str) and hasattr(one, name)]
    inner = [*getattr(one, "__dict__", {}).values(), *own]
    return inner if type(one).__module__.startswith("alpha_swarm.sandbox") else []
