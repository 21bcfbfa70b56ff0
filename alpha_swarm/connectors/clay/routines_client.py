"""One method for each operation of Clay's public API v0 that a routine needs."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Answer, Call, segment
from alpha_swarm.connectors.clay import routines_facts as facts
from alpha_swarm.connectors.clay import routines_schemas as schemas
from alpha_swarm.errors import HaltError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.connectors.clay.routines_mapping import RunName
    from alpha_swarm.connectors.clay.routines_settings import RoutinesConfig
    from alpha_swarm.connectors.http import Http, Model
    from alpha_swarm.errors import AlphaSwarmError

_UNFIT = frozenset({HTTPStatus.BAD_REQUEST.value, HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value})
_ABSENT = frozenset({HTTPStatus.NOT_FOUND.value})


class RoutinesClient:
    """The operations; each raises the verdicts of :meth:`Http.call`."""

    def __init__(self, config: RoutinesConfig, http: Http) -> None:
        self._routine = f"/routines/{segment(config.routine_id)}"
        self._told = {"webhook_id": config.webhook_id} if config.webhook_id else {}
        self._http = http

    def me(self) -> None:
        """Something harmless."""
        self._http.call(_read("get me", "/me"))

    def run(self, items: Sequence[Mapping[str, Any]]) -> str | AlphaSwarmError:
        """Start a paid run: its id, or why its items as a whole were refused and nothing was charged."""
        body = {"items": [dict(item) for item in items], **self._told}
        call = self._effect("run routine", "/run", body, records=len(items), accept=_UNFIT)
        answer = self._http.call(call)
        return self._refusal(call, answer) or self._started(call, answer)

    def upload_url(self) -> schemas.Upload:
        """Where to write a file."""
        path = f"{self._routine}/run-batch/upload-url"
        call = Call(operation="get upload url", method="POST", path=path, effect=False, limit=facts.LIMIT)
        return self._http.parsed(call, self._http.call(call), schemas.Upload)

    def run_batch(self, file_id: str, records: int) -> str:
        """Start a paid run over a file: its id."""
        body = {"file_id": file_id, **self._told}
        call = self._effect("run batch", "/run-batch/start", body, records=records, accept=_UNFIT)
        answer = self._http.call(call)
        refusal = self._refusal(call, answer)
        if refusal is not None:
            # It is about the file, of which another is made, and not about a lead.
            raise RetryLaterError(str(refusal))
        return self._started(call, answer)

    def first_pages(self, runs: Sequence[RunName]) -> dict[int, Answer | AlphaSwarmError]:
        """The first page of each run's results: place → answer or verdict."""
        found: dict[int, Answer | AlphaSwarmError] = {}
        for portion in self._http.each([_results(run) for run in runs], facts.AT_ONCE):
            found |= portion
        return found

    def results(self, run: RunName, answer: Answer) -> list[schemas.Results] | None:
        """All pages of an inline run, of which this is the first; ``None`` where the run is gone."""
        if self._gone(run, answer):
            return None
        pages = [self._parsed(run, answer, schemas.Results)]
        while cursor := pages[-1].cursor:
            if len(pages) == facts.MOST_PAGES:
                raise RetryLaterError("clay's pages do not end")
            call = _results(run, cursor)
            pages.append(self._http.parsed(call, self._http.call(call), schemas.Results))
        return pages

    def batch_results(self, run: RunName, answer: Answer) -> schemas.BatchResults | None:
        """A batch's state; ``None`` where it is gone."""
        return None if self._gone(run, answer) else self._parsed(run, answer, schemas.BatchResults)

    def _gone(self, run: RunName, answer: Answer) -> bool:
        if answer.status != HTTPStatus.NOT_FOUND:
            return False
        if not facts.says_gone(answer.body):
            raise self._http.verdict(_results(run), answer)
        return True

    def _parsed(self, run: RunName, answer: Answer, model: type[Model]) -> Model:
        return self._http.parsed(_results(run), answer, model)

    def _effect(self, operation: str, path: str, body: Mapping[str, Any], **more: Any) -> Call:
        return Call(
            operation=operation,
            method="POST",
            path=f"{self._routine}{path}",
            effect=True,
            limit=facts.LIMIT,
            json=dict(body),
            **more,
        )

    def _refusal(self, call: Call, answer: Answer) -> AlphaSwarmError | None:
        """Why the body was refused; a verdict on more than that is raised."""
        if answer.status not in _UNFIT:
            return None
        verdict = self._http.verdict(call, answer)
        if isinstance(verdict, HaltError):
            raise verdict
        return verdict

    def _started(self, call: Call, answer: Answer) -> str:
        return self._http.parsed(call, answer, schemas.Started).routine_run_id


def _read(operation: str, path: str, **more: Any) -> Call:
    return Call(operation=operation, method="GET", path=path, effect=False, limit=facts.LIMIT, **more)


def _results(run: RunName, cursor: str | None = None) -> Call:
    kind = "run-batch" if run.batch else "run"
    params = {} if run.batch else {"limit": str(facts.RESULTS_PAGE)} | ({"cursor": cursor} if cursor else {})
    path = f"/routines/{kind}/{segment(run.id)}/results"
    return _read("get results", path, params=params, accept=_ABSENT)
