"""What somebody has to see to, each with its remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.notices import Fact, Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.budget import Stop
    from alpha_swarm.errors import HaltError

_HOUR_SECONDS = 3600.0
_DAY_SECONDS = 86_400.0
_LONGEST_KEY = 120


def paused(party: str, error: HaltError) -> Notice:
    """Nothing goes to the party for a while."""
    facts = {
        "reason": str(error),
        "for": f"{error.seconds:.0f} s",
        "to go on at once": f"alpha-swarm targets resume {party}",
    }
    return _alert(f"pause:{party}:{type(error).__name__}", f"{party} is paused", facts, _HOUR_SECONDS)


def cap_reached(stop: Stop) -> Notice:
    """Leads are held until there is room again."""
    facts: dict[str, Fact] = {"reason": stop.reason, "cap": stop.cap, "see": "alpha-swarm budget"}
    return _alert(f"cap:{stop.scope}:{stop.meter}:{stop.cap:g}", "Spending has stopped", facts)


def reruns(leads: int, remedy: str) -> Notice:
    """Rows were paid for that nobody asked for."""
    facts: dict[str, Fact] = {"leads": leads, "remedy": remedy}
    return _alert("reruns", "Clay ran rows again by itself", facts, _DAY_SECONDS)


def restored(calls: int) -> Notice:
    """The ledger is a copy from before."""
    text = "The ledger was put back from a copy; what it owes is looked up first"
    return _alert("restored", text, {"calls in doubt": calls}, _HOUR_SECONDS)


def lane_lost(lane: str, state: str, reason: str) -> Notice:
    """A way into a table is left; the next one is taken."""
    facts = {"state": state, "reason": reason, "see": "alpha-swarm lanes list"}
    return _alert(f"lane:{lane}:{state}", f"Lane {lane} is out of use", facts, _HOUR_SECONDS)


def _alert(key: str, text: str, facts: Mapping[str, Fact], again: float | None = None) -> Notice:
    return Notice(
        key=key[:_LONGEST_KEY],
        kind=NoticeKind.ALERT,
        text=text,
        facts=facts,
        again_after=again,
        topic=key[:_LONGEST_KEY],
    )
