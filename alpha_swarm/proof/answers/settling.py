"""To the end, also over dead letters that were only unlucky, without outrunning the other side."""

from __future__ import annotations

import time
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from alpha_swarm.proof import rounds, time_travel

if TYPE_CHECKING:
    from alpha_swarm.app import App
    from alpha_swarm.supervision.stage import Stage

#: Longer than a dead letter waits for its replay.
_REPLAY_SECONDS = 400.0
_TURNS = 3
#: Leads wait for different times; a longer step brings more of them into one call.
_STEP_SECONDS = 15.0
#: A request that reached the sandbox before two of ours were answered has been carried out by then.
_QUESTIONS = 2


def settle(app: App, stage: Stage, seconds: float = 40.0) -> dict[str, Any]:
    """Work until nothing is on its way; the status then.

    Time passes only after the sandbox has carried out whatever was sent: the product counts on an effect that
    comes within seconds of its request, and here those seconds take no time.
    """
    end = time.monotonic() + seconds
    while not (status := app.status())["settled"] and time.monotonic() < end:
        if not rounds.work_once(app):
            catch_up(stage)
            wait = max(_STEP_SECONDS, time_travel.until_next(app.ledger.engine))
            time_travel.let_time_pass(app.ledger.engine, wait)
    return status


def catch_up(stage: Stage) -> None:
    """Wait until the sandbox has carried out what it was sent."""
    for _ in range(_QUESTIONS):
        stage.faults()


def recover(app: App, stage: Stage) -> None:
    """The trouble is over: dead letters are replayed when their time comes."""
    stage.mend()
    for _ in range(_TURNS):
        time_travel.let_time_pass(app.ledger.engine, _REPLAY_SECONDS)
        app.replay()
        settle(app, stage)


def hurry(app: App, seconds: float) -> None:
    """Give up each call after so long; there is no setting for it, as a customer needs none."""
    for connector in (app.enricher, *app.crms.values()):
        inside = vars(attrgetter("_client._http")(connector))
        inside["_endpoint"] = replace(inside["_endpoint"], timeout=(5.0, seconds))
