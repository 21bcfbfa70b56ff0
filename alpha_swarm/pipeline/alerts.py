"""What somebody has to see to is put into the outbox, in the commit in which it came to light."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.notices import Fact, Notice, NoticeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.domain.budget import Stop
    from alpha_swarm.errors import HaltError
    from alpha_swarm.ports.ledger import Transaction

_HOUR_SECONDS = 3600.0
_DAY_SECONDS = 86_400.0


def pause(tx: Transaction, party: str, error: HaltError) -> None:
    """Leave the party alone for as long as the verdict says, and tell of it once an hour."""
    tx.pauses.pause(party, str(error), error.seconds)
    facts = {
        "reason": str(error),
        "for": f"{error.seconds:.0f} s",
        "to go on at once": f"alpha-swarm targets resume {party}",
    }
    _alert(tx, f"pause:{party}:{type(error).__name__}", f"{party} is paused", facts, _HOUR_SECONDS)


def cap_reached(tx: Transaction, stop: Stop) -> None:
    """Leads are held until there is room again."""
    facts: Mapping[str, Fact] = {"reason": stop.reason, "cap": stop.cap, "see": "alpha-swarm budget"}
    _alert(tx, f"cap:{stop.scope}:{stop.meter}:{stop.cap:g}"[:120], "Spending has stopped", facts, None)


def reruns(tx: Transaction, leads: int, remedy: str) -> None:
    """Rows were paid for that nobody asked for."""
    _alert(tx, "reruns", "Clay ran rows again by itself", {"leads": leads, "remedy": remedy}, _DAY_SECONDS)


def restored(tx: Transaction, calls: int) -> None:
    """The ledger is a copy from before."""
    text = "The ledger was put back from a copy; what it owes is looked up first"
    _alert(tx, "restored", text, {"calls in doubt": calls}, _HOUR_SECONDS)


def _alert(tx: Transaction, key: str, text: str, facts: Mapping[str, Fact], again: float | None) -> None:
    notice = Notice(key=key, kind=NoticeKind.ALERT, text=text, facts=facts, again_after=again, topic=key)
    tx.outbox.add([notice])
