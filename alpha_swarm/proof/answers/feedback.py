"""A table that runs changed rows again and tells of every update: our own writes must start nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar

from alpha_swarm.proof import rounds, time_travel
from alpha_swarm.proof.answers import rows
from alpha_swarm.proof.answers.letterbox import Letterbox, letterbox
from alpha_swarm.proof.answers.scene import Scene, accept, people, scene
from alpha_swarm.proof.trial import Result, Trial, Violation

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping

    from alpha_swarm.app import App
    from alpha_swarm.proof.ground import Ground

_LEADS = 12
_SETTINGS = (
    "auto_update=true",
    "webhook_lost=0",
    "webhook_partial=0.3",
    "webhook_duplicate=0.3",
    "webhook_shuffle_seconds=0.01",
)
#: Enough for every lead to come to rest, and for a loop to show.
_TURNS = 25
_TURN_SECONDS = 15.0
_SECOND_RESULTS = 3
#: Calls with an effect a lead: a contact in each CRM, and an update where the CRM had it.
_WRITES = {
    "ghl": ("upsertContact", "createContact", "updateContact"),
    "instantly": ("addLeads", "updateLead"),
}
#: A result and the echo of the write-back, each perhaps twice; then one for each later change, perhaps twice.
_WEBHOOKS = 4 + 2 * _SECOND_RESULTS
_DELIVERY_SECONDS = 5.0


class NoFeedbackLoop(Trial):
    """One paid run a lead, and a bounded number of calls and webhooks."""

    name: ClassVar[str] = "writes that come back as events"
    guarantees: ClassVar[tuple[int, ...]] = (12,)
    seconds: ClassVar[float] = 5.0

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """To rest with echoes, then with different results for rows that have been taken in long since."""
        with (
            ground.ledger() as url,
            letterbox() as box,
            scene(url, chance, *_SETTINGS, **_webhooks(box)) as one,
        ):
            app = one.app()
            accepted = accept(app, people(chance, _LEADS))
            quiet = _turn_until_quiet(one, app, box)
            once = _writes(one)
            for number in range(_SECOND_RESULTS):
                if quiet:
                    _change_results(one, number)
                    quiet = _turn_until_quiet(one, app, box)
            endless = () if quiet else (Violation("loop", "turns", f"no end after {_TURNS}"),)
            found = (*one.audit(app, accepted), *_loops(one, once), *endless)
            return Result(_echoes(one), found)


def _webhooks(box: Letterbox) -> dict[str, str]:
    return {"CLAY_RESULTS": "both", "BASE_URL": box.address, "CLAY_POLL_AFTER": "60"}


def _turn_until_quiet(one: Scene, app: App, box: Letterbox) -> bool:
    """Hand webhooks on and do what is due, until twice in a row there was neither; whether that came."""
    quiet = 0
    for _ in range(_TURNS):
        _wait_for_deliveries(one)
        bodies = box.empty()
        app.receive_webhook(bodies)
        busy = rounds.work_once(app) or bool(bodies)
        time_travel.let_time_pass(app.ledger.engine, _TURN_SECONDS)
        quiet = 0 if busy or not app.status()["settled"] else quiet + 1
        if quiet > 1:
            return True
    return False


def _wait_for_deliveries(one: Scene) -> None:
    """Until the sandbox has sent what it has to send: its count stands still over several questions."""
    end = time.monotonic() + _DELIVERY_SECONDS
    counts: list[Any] = []
    while time.monotonic() < end:
        webhooks = one.stage.ledger()["clay"]["webhooks"]
        counts = [*counts[-_STILL:], webhooks]
        if webhooks["sent"] == webhooks["delivered"] and counts.count(webhooks) > _STILL:
            return


#: Questions, a few milliseconds each: longer than a delivery is shuffled.
_STILL = 12


def _change_results(one: Scene, number: int) -> None:
    """Every finished row gets another title than the one that was taken in."""
    done = [row["row_id"] for row in rows.listed(one.stage) if row["enrichment_status"] == "completed"]
    rows.write(one.stage, {row_id: {"title": f"Chief of change {number}"} for row_id in done})


def _echoes(one: Scene) -> int:
    """Webhooks beyond the first result of each row: the fault that is tried."""
    clay = one.stage.ledger()["clay"]
    sent: int = clay["webhooks"]["sent"]
    return max(0, sent - int(clay["enrichments"]))


def _writes(one: Scene) -> dict[str, int]:
    """Calls so far that write contacts or rows."""
    other = one.stage.ledger()
    calls = {name: sum(other[name]["calls"].get(call, 0) for call in _WRITES[name]) for name in _WRITES}
    return {**calls, "clay": other["clay"]["calls"].get("updateRows", 0)}


def _loops(one: Scene, once: Mapping[str, int]) -> Iterator[Violation]:
    other = one.stage.ledger()
    by_hand = {"clay": _SECOND_RESULTS}
    for name, number in _writes(one).items():
        later = number - once[name] - by_hand.get(name, 0)
        if later:
            yield Violation("loop", name, f"{later} writes after everything was at rest")
    if once["ghl"] > 2 * _LEADS or once["clay"] > 2 * _LEADS:
        yield Violation("loop", "writes", str(dict(once)))
    sent = other["clay"]["webhooks"]["sent"]
    if sent > _WEBHOOKS * _LEADS:
        yield Violation("loop", "webhooks", f"{sent} for {_LEADS} leads")
