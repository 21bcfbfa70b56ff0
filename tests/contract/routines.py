"""The connector to routines, the sandboxes it is tried on, and what they are asked."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.clay.routines import ClayRoutines
from alpha_swarm.connectors.clay.routines_settings import RoutinesConfig
from alpha_swarm.domain.calls.effect import Done
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.contract.sandbox import Sandbox
from tests.contract.test_clay import lead as profile
from tests.doubles import NoGate
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.leads.enrichment import RowResult
    from alpha_swarm.domain.leads.lead import Lead

OPENED: list[ClayRoutines] = []
FINISHED = {EnrichmentStatus.COMPLETED, EnrichmentStatus.FAILED}


def close_all() -> None:
    """What tests have connected."""
    while OPENED:
        OPENED.pop().close()


def connect(sandbox: Sandbox, **more: Any) -> ClayRoutines:
    """The connector to the sandbox."""
    config = RoutinesConfig(
        **{
            "keys": ("key",),
            "routine_id": "function:t_1",
            "base_url": f"{sandbox.url}/clay/public/v0",
            **more,
        }
    )
    OPENED.append(ClayRoutines(config, NoGate(), SystemClock()))
    return OPENED[-1]


@contextmanager
def another(**settings: Any) -> Iterator[Sandbox]:
    """A sandbox with settings of its own."""
    with running(SandboxSettings(**{"enrich_seconds": (0.0, 0.0), "limits": False, **settings})) as url:
        control = Sandbox(url)
        yield control
        control.close()


def lead_id(number: int) -> str:
    """As the ledger's are: 26 characters."""
    return f"{number:026d}"


def lead(number: int) -> Lead:
    """A lead with a profile of its own."""
    return replace(profile(number), id=lead_id(number))


def leads(number: int) -> list[Lead]:
    """So many."""
    return [lead(one) for one in range(number)]


def taken(clay: ClayRoutines, given: Sequence[Lead]) -> dict[str, str]:
    """Lead id → row id; all of them must have been taken in."""
    outcomes = clay.submit(given, "key")
    assert all(isinstance(one, Done) for one in outcomes.values())
    return {name: one.reference or "" for name, one in outcomes.items() if isinstance(one, Done)}


def fetched(clay: ClayRoutines, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
    """The rows once none is in progress."""

    def over() -> Mapping[str, RowResult] | None:
        rows = clay.fetch(row_ids)
        return rows if all(row.finished for row in rows.values()) else None

    return wait_until(over)


def routines(sandbox: Sandbox) -> Any:
    """The sandbox's account."""
    return sandbox.ledger()["clay"]["routines"]
