"""The webhook sources as a service of Clay's, beside its REST API and on the same credits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.clay.sources import books
from alpha_swarm.sandbox.clay.sources.column import Column
from alpha_swarm.sandbox.clay.sources.door import enter
from alpha_swarm.sandbox.clay.sources.errors import failure
from alpha_swarm.sandbox.clay.sources.intake import Intake
from alpha_swarm.sandbox.clay.sources.pace import Pace
from alpha_swarm.sandbox.clay.sources.runs import Runs
from alpha_swarm.sandbox.clay.sources.setup import Setup
from alpha_swarm.sandbox.exchange import Call, Operation, Service

if TYPE_CHECKING:
    from alpha_swarm.sandbox.clay.workspace import Workspace
    from alpha_swarm.sandbox.limits import Limiter
    from alpha_swarm.sandbox.settings import SandboxSettings


class Sources:
    """Webhook sources, the tables behind them, and the column that calls back."""

    def __init__(self, settings: SandboxSettings, workspace: Workspace, limiter: Limiter) -> None:
        self._log = workspace.log
        self._pace = Pace(settings, limiter, workspace.log)
        self.setup = Setup(settings)
        self.column = Column(settings, workspace.log)
        self.runs = Runs(workspace, self.column)
        self._intake = Intake(self.setup, self._pace, self.runs, workspace.log)

    def service(self) -> Service:
        """The sources behind `/clay/v3`."""
        submit = Operation("submitRecords", "POST", "/sources/webhook/{slug}", self._intake.submit)
        return Service("clay", "/clay/v3", (submit,), self._admit, failure, lambda _limit, _left: {})

    def ledger(self, *, detail: bool) -> dict[str, Any]:
        """The books of the sources."""
        return books.books(self.setup, self._pace, self._log, detail=detail)

    def row_list(self) -> list[dict[str, Any]]:
        """The rows of all tables behind sources."""
        return books.row_list(self.setup)

    def reset(self) -> None:
        """As the settings say, and empty."""
        for part in (self.setup, self._pace, self._intake, self.runs, self.column):
            part.reset()

    def _admit(self, call: Call) -> None:
        if "slug" in call.path:
            enter(self.setup.sources.get(call.path["slug"]), call)
