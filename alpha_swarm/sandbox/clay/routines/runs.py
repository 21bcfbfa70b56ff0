"""Runs: items that end one after the other, results that are kept for a while."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.clay.columns import parse_column
from alpha_swarm.sandbox.clay.enrichment import find
from alpha_swarm.sandbox.clay.persona import key_of
from alpha_swarm.sandbox.clay.routines.answers import refuse
from alpha_swarm.sandbox.clay.tables import Row, Table
from alpha_swarm.sandbox.exchange import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.sandbox.clay.enrichment import Finding
    from alpha_swarm.sandbox.clay.routines.items import Item
    from alpha_swarm.sandbox.clay.workspace import Workspace
    from alpha_swarm.sandbox.settings import SandboxSettings

#: What a routine has in its result, where it found it.
_OUTPUTS = (
    *("email_work", "email_personal", "phone", "title", "company_domain", "company_industry"),
    *("company_size", "company_revenue", "company_location", "tech_stack", "funding_stage"),
    *("funding_amount", "linkedin_headline", "linkedin_summary", "linkedin_connections"),
    *("recent_posts", "mutual_connections"),
)
_TABLE = Table("routine", "routine", {n: parse_column({"name": n, "type": "json"}) for n in _OUTPUTS}, {})
#: A status that no published contract names; a client must take it for an end that it does not understand.
_UNKNOWN_STATUS = "stopped"


@dataclass(frozen=True, slots=True)
class Ended:
    """An item and its answer, which is there from `at` (Unix time) on."""

    at: float
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `batch` tells where its results are asked for."""

    id: str
    batch: bool
    items: tuple[Ended, ...]
    started: float
    problems: tuple[dict[str, Any], ...] = ()

    @property
    def ends(self) -> float:
        """When the last item has ended."""
        return max((item.at for item in self.items), default=self.started)

    def progress(self, now: float) -> dict[str, Any]:
        """What both answers begin with."""
        finished = sum(item.at <= now for item in self.items)
        return {"routine_run_id": self.id, "total": len(self.items), "finished": finished}


class Runs:
    """Starts runs, charges for them, and keeps them for as long as the settings say."""

    def __init__(self, settings: SandboxSettings, workspace: Workspace) -> None:
        self._settings = settings
        self._workspace = workspace
        self._runs: dict[str, Run] = {}

    def start(self, items: Sequence[Item], now: float, *, batch: bool = False) -> Run:
        """Charge for every item and run them all; a 403 that charges nothing where the credits are short."""
        rows = [Row({"id": item.id, **item.inputs}, updated_at=now) for item in items]
        findings = [find(self._workspace.chance, _TABLE, row) for row in rows]
        self._charge(items, findings, now)
        ended = (
            Ended(now + finding.seconds, self._answer(item, row, finding))
            for item, row, finding in zip(items, rows, findings, strict=True)
        )
        self._workspace.log.record("clay", "routine_batch" if batch else "routine_run")
        return self._keep(batch=batch, items=tuple(ended), now=now)

    def refuse(self, problems: Sequence[dict[str, Any]], now: float) -> Run:
        """A batch whose file is bad: started all the same, and nothing is charged."""
        return self._keep(batch=True, items=(), now=now, problems=tuple(problems))

    def get(self, run_id: str, now: float, *, batch: bool) -> Run:
        """The run, or a 404: unknown, of the other kind, or ended too long ago."""
        run = self._runs.get(run_id)
        kept = self._settings.routine_results_seconds
        if run is None or run.batch is not batch or now - run.ends > kept:
            raise refuse(404, "routine run not found")
        return run

    def listing(self) -> list[dict[str, Any]]:
        """Every item of every run that the workspace ever started."""
        return [
            {"run_id": run.id, "batch": run.batch, "id": item.answer["id"], "status": item.answer["status"]}
            for run in self._runs.values()
            for item in run.items
        ]

    def reset(self) -> None:
        """Forget them all."""
        self._runs.clear()

    def _keep(
        self, *, batch: bool, items: tuple[Ended, ...], now: float, problems: tuple[dict[str, Any], ...] = ()
    ) -> Run:
        run = Run(f"run_{uuid.uuid4().hex[:20]}", batch, items, now, problems)
        self._runs[run.id] = run
        return run

    def _charge(self, items: Sequence[Item], findings: Sequence[Finding], now: float) -> None:
        """What an error costs is given back at once, in credits and actions."""
        due = [(0.0, 0) if one.error else (one.credits, len(one.providers)) for one in findings]
        try:
            self._workspace.credits.charge(sum(cost for cost, _ in due), now)
        except Refusal:
            raise refuse(403, "the workspace's quota of credits is used up") from None
        for item, (credits_used, actions) in zip(items, due, strict=True):
            self._workspace.log.record("clay", "charge", item.id, credits_used)
            self._workspace.log.record("clay", "action", item.id, actions)

    def _answer(self, item: Item, row: Row, finding: Finding) -> dict[str, Any]:
        rng = random.Random(f"{self._settings.seed}/routine/{key_of(row.fields)}")
        if rng.random() < self._settings.routine_unknown_status:
            return {"id": item.id, "status": _UNKNOWN_STATUS}
        if finding.error:
            return {"id": item.id, "status": "failed", "error": {"message": finding.error}}
        return {"id": item.id, "status": "complete", "result": finding.values}
