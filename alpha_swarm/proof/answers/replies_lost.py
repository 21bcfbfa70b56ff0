"""Replies get lost after the effect, before it, and while somebody asks what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.proof.answers import mix
from alpha_swarm.proof.answers.scene import accept, people, scene
from alpha_swarm.proof.answers.settling import hurry, recover, settle
from alpha_swarm.proof.answers.unlucky import unlucky
from alpha_swarm.proof.trial import Result, Trial

if TYPE_CHECKING:
    import random

    from alpha_swarm.proof.ground import Ground

_LEADS = 40
_SMALL_CALLS = {"CLAY_BATCH_ROWS": "8", "CLAY_BATCH_ENRICH": "8", "CLAY_BATCH_UPDATES": "8"}


class RepliesLost(Trial):
    """One row a lead and one charge a row, whatever becomes of the answers."""

    name: ClassVar[str] = "replies lost, late, broken"
    guarantees: ClassVar[tuple[int, ...]] = (6, 7)
    seconds: ClassVar[float] = 6.0

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """A seeded mix of faults on every kind of call, then calm."""
        with ground.ledger() as url, scene(url, chance, **_SMALL_CALLS) as one:
            app = one.app()
            hurry(app, mix.PATIENCE_SECONDS)
            for order in mix.orders(chance):
                one.stage.fault(**order)
            accepted = accept(app, people(chance, _LEADS))
            settle(app, one.stage)
            landed = sum(fault["fired"] for fault in one.stage.faults())
            recover(app, one.stage)
            return Result(landed, (*one.audit(app, accepted), *unlucky(app, accepted)))
