"""One submission: room is taken, records are sent, and what was certainly not taken is given back."""

from __future__ import annotations

from collections import defaultdict, deque
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from alpha_swarm.connectors.clay.webhook_rows import cut, row_of
from alpha_swarm.domain.calls.effect import Done, Doubt, Refused, outcome_of
from alpha_swarm.domain.lanes import LaneState
from alpha_swarm.domain.leads.requests import request_id
from alpha_swarm.errors import AlphaSwarmError, HaltError, OutcomeUnknownError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from alpha_swarm.connectors.clay.webhook_doors import LaneDoors
    from alpha_swarm.connectors.clay.webhook_rows import Row
    from alpha_swarm.connectors.clay.webhook_settings import WebhookConfig
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.ports.lanes import LaneBook, Reserved

#: A lane may be added or brought back at any moment.
NO_LANE_SECONDS = 30.0
TOO_LARGE = Refused("payload_too_large", "the record alone is larger than a webhook source takes")
INVALID = Refused("invalid_payload", "the webhook source refused this record")

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_ASKS_FOR_KEY = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_ABOUT_RECORDS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TOO_LARGE,
    HTTPStatus.BAD_REQUEST: INVALID,
    HTTPStatus.UNPROCESSABLE_ENTITY: INVALID,
}
_REFUSES_ALL = "refuses every record it is sent: look at its source in Clay, or try CLAY_WEBHOOK_MODE=single"


class Submission:
    """The way of some leads into lanes."""

    def __init__(
        self, config: WebhookConfig, book: LaneBook, doors: LaneDoors, leads: Sequence[Lead]
    ) -> None:
        self._config = config
        self._book = book
        self._doors = doors
        self._leads = {request_id(lead): lead for lead in leads}
        self._outcomes: dict[str, Outcome] = {}
        self._unsent: defaultdict[str, set[str]] = defaultdict(set)
        """Lane → requests with room in it that it has certainly not taken."""

    def outcomes(self) -> dict[str, Outcome]:
        """Lead id → outcome.

        Raises:
            AlphaSwarmError: the verdict on the call as a whole, where nothing was sent before.
        """
        try:
            self._send_all()
        except AlphaSwarmError as error:
            if not self._outcomes:
                raise
            self._settle(self._leads.keys() - self._outcomes.keys(), outcome_of(error))
        finally:
            for lane in list(self._unsent):
                self._release(lane)
        return {self._leads[request].id: outcome for request, outcome in self._outcomes.items()}

    def _send_all(self) -> None:
        """Until each has its outcome; a lane that fails is left, so this comes to an end."""
        while waiting := [request for request in self._leads if request not in self._outcomes]:
            reserved = self._book.reserve(waiting, self._config.margins)
            if not reserved:
                raise HaltError(self._book.why_none(self._config.margins), NO_LANE_SECONDS)
            for one in reserved:
                self._unsent[one.lane.name] |= one.sends.keys()
            for one in reserved:
                self._send(one)

    def _send(self, reserved: Reserved) -> None:
        parcels = deque(cut(self._rows(reserved), self._records_a_call, self._config.max_bytes))
        refused: list[str] = []
        taken = 0
        while parcels:
            rows = parcels.popleft()
            status = self._post(reserved, rows)
            if status is None or status < HTTPStatus.MULTIPLE_CHOICES:
                taken += len(rows)
            elif status not in _ABOUT_RECORDS:
                self._leave(reserved, *_reason(status))
                return
            elif len(rows) > 1:
                middle = len(rows) // 2
                parcels.extendleft((rows[middle:], rows[:middle]))
            elif _ABOUT_RECORDS[HTTPStatus(status)] is TOO_LARGE:
                self._settle([rows[0].request_id], TOO_LARGE)
            else:
                refused.append(rows[0].request_id)
        if len(refused) > 1 and not taken:
            # So many bad records at once are none: it is the lane.
            self._leave(reserved, LaneState.PAUSED, _REFUSES_ALL)
        else:
            self._settle(refused, INVALID)

    def _post(self, reserved: Reserved, rows: Sequence[Row]) -> int | None:
        """The status; ``None`` where nobody knows, and where nothing was worth sending."""
        if len(rows) == 1 and len(rows[0].json) > self._config.max_bytes:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        lane, requests = reserved.lane, {row.request_id for row in rows}
        self._unsent[lane.name] -= requests
        try:
            status = self._doors.post(lane, rows)
        except OutcomeUnknownError as error:
            self._settle(requests, Doubt(str(error)))
            return None
        except AlphaSwarmError:
            self._unsent[lane.name] |= requests
            raise
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            self._unsent[lane.name] |= requests
        else:
            self._accept(reserved, requests)
        return status

    def _accept(self, reserved: Reserved, requests: Collection[str]) -> None:
        lane = reserved.lane.name
        self._outcomes |= {
            request: Done(request, {"lane": lane, "send": reserved.sends[request]}) for request in requests
        }
        # What was taken stays taken, whether or not it can be noted.
        with suppress(RetryLaterError):
            self._book.accepted(lane, requests)

    def _leave(self, reserved: Reserved, state: LaneState, reason: str) -> None:
        """What it has not taken goes to the next lane, there is one or not."""
        self._book.set_aside(reserved.lane.name, state, reason)
        self._release(reserved.lane.name)

    def _release(self, lane: str) -> None:
        requests = self._unsent.pop(lane, set())
        # What stays counted by mistake costs room; the other way round it would cost records.
        with suppress(RetryLaterError):
            self._book.release(lane, requests)

    def _settle(self, requests: Iterable[str], outcome: Outcome) -> None:
        self._outcomes |= dict.fromkeys(requests, outcome)

    def _rows(self, reserved: Reserved) -> list[Row]:
        config = self._config
        return [
            row_of(self._leads[request], attempt, config.key, config.callback_url)
            for request, attempt in reserved.sends.items()
        ]

    @property
    def _records_a_call(self) -> int:
        return 1 if self._config.mode == "single" else self._config.max_records


def _reason(status: int) -> tuple[LaneState, str]:
    if status in _GONE:
        return LaneState.RETIRED, f"answered {status}: Clay knows no such webhook source any more"
    if status in _ASKS_FOR_KEY:
        return LaneState.PAUSED, f"answered {status}: correct its token, then lanes resume"
    return LaneState.PAUSED, f"answered {status}: look at its source in Clay, then lanes resume"
