"""The public API as a service: its operations, key, pace, and its part of the ledger."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.clay.routines.answers import failure, refuse
from alpha_swarm.sandbox.clay.routines.files import PREFIX, Files
from alpha_swarm.sandbox.clay.routines.items import MOST_ITEMS, complaint, read_items, read_lines
from alpha_swarm.sandbox.clay.routines.pings import Pings
from alpha_swarm.sandbox.clay.routines.runs import Runs
from alpha_swarm.sandbox.exchange import Call, Operation, Reply, Service
from alpha_swarm.sandbox.limits import Limit

if TYPE_CHECKING:
    from alpha_swarm.sandbox.clay.routines.runs import Run
    from alpha_swarm.sandbox.clay.workspace import Workspace
    from alpha_swarm.sandbox.settings import SandboxSettings

#: Clay publishes no number; this one is the sandbox's own.
_LIMIT = Limit("clay.routines", 300, 60)
_PAGE = 20
_LONGEST_ID = 64


class Routines:
    """Clay's public API v0 over the workspace that the table API sees too."""

    def __init__(self, settings: SandboxSettings, workspace: Workspace) -> None:
        self._settings = settings
        self._workspace = workspace
        self._runs = Runs(settings, workspace)
        self._files = Files()
        self._pings = Pings(settings, workspace)
        self._random = random.Random(settings.seed)

    def services(self) -> tuple[Service, ...]:
        """The API behind `/clay/public/v0`, and the store that its presigned addresses lead to."""
        api = Service("clay", "/clay/public/v0", self._operations(), self._admit, failure, self._pace)
        return api, self._files.service()

    def reset(self) -> None:
        """Forget runs, files and pings."""
        for part in (self._runs, self._files, self._pings):
            part.reset()

    def ledger(self, *, detail: bool) -> dict[str, Any]:
        """Its part of `GET /_sandbox/ledger`."""
        log = self._workspace.log
        actions = log.tally("clay", "action")
        sums: dict[str, Any] = {
            "runs": log.count("clay", "routine_run"),
            "batches": log.count("clay", "routine_batch"),
            "items": log.count("clay", "action"),
            "items_more_than_once": sum(count > 1 for count in actions.values()),
            "actions": log.amount("clay", "action"),
            "pings": {
                name: log.count("clay", f"ping_{name}") for name in ("sent", "lost", "duplicated", "test")
            },
        }
        return sums | ({"item_list": self._runs.listing()} if detail else {})

    def _operations(self) -> tuple[Operation, ...]:
        routine, batch = "/routines/{routine_id}", "/routines/{routine_id}/run-batch"
        return (
            Operation("getPublicApiMe", "GET", "/me", self._me, _LIMIT),
            Operation("runRoutine", "POST", f"{routine}/run", self._run, _LIMIT),
            Operation("getRunResults", "GET", "/routines/run/{run_id}/results", self._results, _LIMIT),
            Operation(
                "runRoutineBatchUploadUrl", "POST", f"{batch}/upload-url", self._upload_url, _LIMIT, raw=True
            ),
            Operation("startRoutineRunBatch", "POST", f"{batch}/start", self._start_batch, _LIMIT),
            Operation(
                "getRoutineRunBatchResults",
                "GET",
                "/routines/run-batch/{run_id}/results",
                self._batch_results,
                _LIMIT,
            ),
        )

    def _admit(self, call: Call) -> None:
        keys, shown = self._settings.clay_api_keys, call.headers.get("clay-api-key") or call.token
        if not shown or (keys and shown not in keys):
            raise refuse(401, "invalid API key")

    def _pace(self, limit: Limit, remaining: int) -> dict[str, str]:
        if self._random.random() >= self._settings.routine_rate_headers:
            return {}
        told = {"Limit": limit.calls, "Remaining": remaining, "Reset": int(limit.seconds)}
        return {f"X-RateLimit-{name}": str(value) for name, value in told.items()}

    def _me(self, _call: Call) -> Reply:
        return Reply(200, {"user": {"id": "user_sandbox", "name": None}, "workspace": {"id": "ws_sandbox"}})

    def _run(self, call: Call) -> Reply:
        self._routine(call)
        told = self._webhook(call.body)
        return self._started(self._runs.start(read_items(call.body), call.now), call.now, told=told)

    def _upload_url(self, call: Call) -> Reply:
        self._routine(call)
        token = self._files.to_write(call.now)
        return Reply(200, {"upload_url": _address(call, token), "file_id": f"file_{token}"})

    def _start_batch(self, call: Call) -> Reply:
        self._routine(call)
        told = self._webhook(call.body)
        file_id = call.body.get("file_id")
        content = self._files.content(str(file_id).removeprefix("file_"))
        if content is None:
            raise refuse(400, "file_id names no uploaded file")
        items, problems = read_lines(content)
        if problems:
            return self._started(self._runs.refuse(problems, call.now), call.now, told=told)
        return self._started(self._runs.start(items, call.now, batch=True), call.now, told=told)

    def _results(self, call: Call) -> Reply:
        limit, start = _whole(call, "limit", _PAGE, MOST_ITEMS), _whole(call, "cursor", 0, 2**31)
        run = self._runs.get(call.path["run_id"], call.now, batch=False)
        if call.now < run.ends:
            return _in_progress(run, call.now)
        page = [item.answer for item in run.items[start : start + limit]]
        more = {"cursor": str(start + limit)} if start + limit < len(run.items) else {}
        return Reply(200, run.progress(call.now) | {"status": "complete", "data": page} | more)

    def _batch_results(self, call: Call) -> Reply:
        run = self._runs.get(call.path["run_id"], call.now, batch=True)
        if call.now < run.ends:
            return _in_progress(run, call.now)
        if run.problems:
            error = complaint(list(run.problems))
            body = {"routine_run_id": run.id, "status": "validation_failed", "error": error}
            return Reply(200, body)
        expires = call.now + self._settings.routine_result_url_seconds
        token = self._files.to_read(lambda: _lines(run), expires)
        return Reply(
            200, run.progress(call.now) | {"status": "complete", "result_url": _address(call, token)}
        )

    def _routine(self, call: Call) -> None:
        name = call.path["routine_id"]
        known = self._settings.routine_ids
        if len(name) > _LONGEST_ID:
            raise refuse(400, "routine_id is too long")
        if name not in known if known else not name.startswith(("function:", "workflow:")):
            raise refuse(404, "routine not found")

    def _webhook(self, body: Any) -> bool:
        """Whether a ping is asked for; a 400 where the webhook is not registered."""
        if not isinstance(body, dict):
            raise refuse(400, "the body must be an object")
        wanted = body.get("webhook_id")
        if wanted is not None and wanted != self._settings.routine_webhook_id:
            raise refuse(400, "webhook_id names no registered webhook")
        return wanted is not None

    def _started(self, run: Run, now: float, *, told: bool) -> Reply:
        if told:
            self._pings.announce(run, now)
        return Reply(202, {"routine_run_id": run.id, "status": "in_progress"})


def _in_progress(run: Run, now: float) -> Reply:
    return Reply(202, run.progress(now) | {"status": "in_progress"})


def _lines(run: Run) -> str:
    return "".join(json.dumps(item.answer) + "\n" for item in run.items)


def _address(call: Call, token: str) -> str:
    return f"http://{call.headers['host']}{PREFIX}/{token}"


def _whole(call: Call, name: str, default: int, most: int) -> int:
    given = call.query.get(name, str(default))
    if not given.isdecimal() or int(given) > most or (name == "limit" and int(given) < 1):
        raise refuse(400, f"{name} is invalid")
    return int(given)
