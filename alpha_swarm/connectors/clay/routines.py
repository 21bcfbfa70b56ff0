"""The transport ``routines``: Clay's public API v0, whose runs are started and paid for by one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from alpha_swarm.connectors.calls import Endpoint
from alpha_swarm.connectors.clay import routines_facts as facts
from alpha_swarm.connectors.clay.facts import TARGET
from alpha_swarm.connectors.clay.one_way import OneWay
from alpha_swarm.connectors.clay.routines_client import RoutinesClient
from alpha_swarm.connectors.clay.routines_files import RoutineFiles
from alpha_swarm.connectors.clay.routines_mapping import RunName, item_of, row_id, run_of
from alpha_swarm.connectors.clay.routines_schemas import Ping
from alpha_swarm.connectors.clay.routines_standing import Ended, Running, Standings
from alpha_swarm.connectors.clay.routines_submission import submit_items
from alpha_swarm.connectors.http import Http
from alpha_swarm.domain.calls.effect import Done
from alpha_swarm.domain.leads.requests import request_id
from alpha_swarm.errors import GiveUpError, RetryLaterError
from alpha_swarm.ports.enricher import Capabilities

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.clay.routines_settings import RoutinesConfig
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.leads.enrichment import RowResult
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.ports.edge import Gate


class ClayRoutines(OneWay):
    """The enricher over a routine of Clay's public API."""

    transport = "routines"

    def __init__(self, config: RoutinesConfig, gate: Gate, clock: Clock) -> None:
        endpoint = Endpoint(
            target=TARGET,
            base_url=config.base_url,
            keys=config.keys,
            credentials=facts.key_header,
            verdicts=facts.VERDICTS,
        )
        self._batch = config.batch
        self._http = Http(endpoint, gate, clock)
        self._client = RoutinesClient(config, self._http)
        self._files = RoutineFiles(config.base_url, gate, clock)
        self._standings = Standings(self._client, self._files, clock)

    @property
    def capabilities(self) -> Capabilities:
        """Submitting pays; nothing can be looked up or written back."""
        return Capabilities(
            submit_batch=self._batch,
            start_batch=0,
            fetch_batch=facts.RESULTS_PAGE,
            update_batch=0,
            looks_up=False,
            resends=False,
        )

    def check(self) -> str:
        """Ask for something harmless; the answer is one line for ``doctor``."""
        self._client.me()
        return "clay answers"

    def prepare(self) -> None:
        """Routines and webhooks are made at Clay, by a person."""

    def submit(self, leads: Sequence[Lead], key: str) -> Mapping[str, Outcome]:
        """Run the routine over the leads, by the piece or by the file; the API knows no idempotency key."""
        del key
        if len(leads) <= facts.MOST_ITEMS:
            return submit_items(self._client, leads)
        upload = self._client.upload_url()
        self._files.write(upload.upload_url, map(item_of, leads))
        run = RunName(self._client.run_batch(upload.file_id, len(leads)), batch=True)
        return {lead.id: Done(row_id(run, request_id(lead))) for lead in leads}

    def fetch(self, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """The rows as their runs have them; those of a run that is gone are absent."""
        runs = {row: run_of(row)[0] for row in row_ids}
        # A row without a run was sent by a call that nobody answered: it may still turn up.
        standings = self._standings.of([run for run in dict.fromkeys(runs.values()) if run.id])
        rows = {row: standings.get(run, Running()).row(row) for row, run in runs.items()}
        return {key: row for key, row in rows.items() if row is not None}

    def fetch_one(self, row_id: str) -> RowResult | None:
        """One row."""
        return self.fetch([row_id]).get(row_id)

    def parse(self, body: bytes) -> Sequence[RowResult]:
        """No rows come by themselves."""
        del body
        raise GiveUpError("routines deliver no rows", cause="invalid_webhook")

    def announced(self, body: bytes) -> str | None:
        """The run that a ping names as over, ``None`` in a test event.

        Raises:
            GiveUpError: it is no ping.
        """
        try:
            return Ping.model_validate_json(body).data.routine_run_id
        except ValidationError:
            raise GiveUpError("the delivery is no ping", cause="invalid_webhook") from None

    def row_prefixes(self, run_id: str) -> Sequence[str]:
        """How the row ids of a run's leads begin, whichever kind it is."""
        return [row_id(RunName(run_id, batch), "") for batch in (False, True)]

    def members(self, run_id: str) -> Mapping[str, str]:
        """Request id → row id of a run that is over; a ping does not say which kind of run it is.

        Raises:
            RetryLaterError: it is not over.
        """
        for run in (RunName(run_id), RunName(run_id, batch=True)):
            standing = self._standings.of([run])[run]
            if isinstance(standing, Running):
                raise RetryLaterError("the run is not over")
            if isinstance(standing, Ended):
                return {request: row_id(run, request) for request in standing.items}
        return {}

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()
        self._files.close()
