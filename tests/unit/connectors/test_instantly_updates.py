"""Leads that stand in Instantly's campaign already: several updates at a time, each with its own outcome."""

from __future__ import annotations

from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.connectors.instantly.crm import Instantly
from alpha_swarm.connectors.instantly.settings import InstantlyConfig
from alpha_swarm.domain.calls.effect import Again, Done, Outcome, Refused
from alpha_swarm.domain.states import Priority
from alpha_swarm.errors import QuotaExhaustedError, RateLimitedError
from alpha_swarm.ports.crm import Contact
from tests.doubles import NoGate, StillClock
from tests.scripted_server import Asked, ScriptedServer, Told, scripted_server, told
from tests.upserting import everything

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UPDATED = {"action": "update_contact"}
NAMES = ("a", "b", "c", "d")


def path(name: str) -> str:
    """Where a lead is updated."""
    return f"/api/v2/leads/id-{name}"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """All four stand in the campaign, and are told of any update that it took."""
    with scripted_server() as server:
        leads = [{"id": f"id-{name}", "email": f"{name}@acme.com", "payload": {}} for name in NAMES]
        server.answers("POST", "/api/v2/leads/list", told({"items": leads}))
        for name in NAMES:
            server.answers("PATCH", path(name), told({"id": f"id-{name}"}))
        yield server


@pytest.fixture
def instantly(server: ScriptedServer) -> Iterator[Instantly]:
    """The connector."""
    config = InstantlyConfig(keys=("key",), campaign_id="c", base_url=server.url)
    crm = Instantly(config, NoGate(), StillClock())
    yield crm
    crm.close()


def portions(instantly: Instantly, outcomes: dict[str, Outcome], at_once: int = 1) -> None:
    """Write a new title for each; the outcomes that came are in the dictionary whatever is raised."""
    for portion in instantly.upsert(contacts(instantly), everything, at_once):
        outcomes.update(portion)


def contacts(instantly: Instantly) -> Sequence[Contact]:
    """Those who stand there."""
    return [
        Contact(
            lead_id=name,
            fields=instantly.fields({"email": f"{name}@acme.com", "title": "CTO"}),
            external_id=f"id-{name}",
            priority=Priority.NORMAL,
        )
        for name in NAMES
    ]


def updated(server: ScriptedServer) -> list[str]:
    """Whom an update went to."""
    return [name for name in NAMES if server.asked_for("PATCH", path(name))]


def test_so_many_updates_are_under_way_as_is_said(instantly: Instantly, server: ScriptedServer) -> None:
    """Two by two, or the barrier breaks; and never more."""
    two = Barrier(2, timeout=60)

    def meet(_asked: Asked) -> Told:
        two.wait()
        return told({"id": "x"})

    for name in NAMES:
        server.answers("PATCH", path(name), meet)
    outcomes: dict[str, Outcome] = {}
    portions(instantly, outcomes, at_once=2)
    assert outcomes == {name: Done(f"id-{name}", UPDATED) for name in NAMES}
    assert server.most_at_once == 2


def test_one_that_is_refused_or_gone_holds_up_no_other(instantly: Instantly, server: ScriptedServer) -> None:
    """Whoever is gone is looked up again at once."""
    server.answers("PATCH", path("a"), told({"error": "Bad Request"}, 400))
    server.answers("PATCH", path("b"), told({}, 404))
    server.answers("PATCH", path("c"), told({}, 502))
    outcomes: dict[str, Outcome] = {}
    portions(instantly, outcomes)
    assert outcomes == {
        "a": Refused("invalid_input", "instantly update lead answered 400 Bad Request"),
        "b": Again("instantly no longer has the lead; looked up again", after=0),
        "c": Again("instantly update lead answered 502"),
        "d": Done("id-d", UPDATED),
    }


@pytest.mark.parametrize(("status", "kind"), [(402, QuotaExhaustedError), (429, RateLimitedError)])
def test_what_took_effect_before_a_verdict_on_all_is_kept(
    instantly: Instantly, server: ScriptedServer, status: int, kind: type[Exception]
) -> None:
    """And nothing further is sent."""
    server.answers("PATCH", path("b"), told({}, status))
    outcomes: dict[str, Outcome] = {}
    with pytest.raises(kind):
        portions(instantly, outcomes)
    assert outcomes == {"a": Done("id-a", UPDATED)}
    assert updated(server) == ["a", "b"]


def test_it_asks_for_as_many_calls_as_it_may_make(instantly: Instantly, server: ScriptedServer) -> None:
    """Permits are taken by this number, and updates go one by one."""
    portions(instantly, {}, at_once=4)
    assert len(NAMES) < len(server.asked) <= instantly.calls_in(len(NAMES))
