"""What is decided is sent, and what comes back is an outcome or a reason to look again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alpha_swarm.connectors.hubspot import facts
from alpha_swarm.connectors.hubspot.batches import Batches
from alpha_swarm.connectors.hubspot.schemas import BatchAnswer, ContactRecord, RecordError
from alpha_swarm.connectors.hubspot.writes import Heard, Unnamed, Write, batches, heard, reason
from alpha_swarm.domain.calls.effect import Again, Done, Held, Refused, outcome_of
from alpha_swarm.errors import STOPPING, AlphaSwarmError
from alpha_swarm.ports.crm import Contact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.connectors.calls import Call
    from alpha_swarm.connectors.http import Http
    from alpha_swarm.connectors.hubspot.client import HubSpotClient
    from alpha_swarm.domain.calls.effect import Outcome

#: One of our properties is gone: they are looked up again before anybody is.
LACKING = Again("hubspot no longer has one of our properties; looked up again", after=0)
_MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Try:
    """A contact that is looked up and written; ``number`` counts from 0."""

    contact: Contact
    number: int = 0


class Writing:
    """Several batches at a time."""

    def __init__(self, http: Http, client: HubSpotClient, at_once: int) -> None:
        self._http = http
        self._client = client
        self._at_once = at_once

    def of(self, writes: Sequence[Write]) -> Iterator[dict[str, Outcome | Try]]:
        """Lead id → outcome, or whom to look up again; in portions as the answers come.

        Raises what stops the target, after everything else has come.
        """
        stopped: AlphaSwarmError | None = None
        for portion in Batches(self._http).send(batches(writes), self._calling, self._at_once):
            settled: dict[str, Outcome | Try] = {}
            for chunk, came in portion:
                if isinstance(came, STOPPING):
                    stopped = came
                else:
                    settled |= self._settled(chunk, came)
            yield settled
        if stopped is not None:
            raise stopped

    def _calling(self, chunk: Sequence[Write]) -> Call:
        inputs = [write.input() for write in chunk]
        return self._client.creating(inputs) if chunk[0].record is None else self._client.updating(inputs)

    def _settled(
        self, chunk: Sequence[Write], came: BatchAnswer | RecordError | AlphaSwarmError
    ) -> dict[str, Outcome | Try]:
        if isinstance(came, AlphaSwarmError):
            return {write.contact.lead_id: outcome_of(came) for write in chunk}
        each = heard(chunk, came) if isinstance(came, BatchAnswer) else [(write, came) for write in chunk]
        return {write.contact.lead_id: _outcome(write, said) for write, said in each}


def _outcome(write: Write, said: Heard) -> Outcome | Try:
    match said:
        case Unnamed():
            return Again("hubspot did not say what became of it")
        case ContactRecord():
            action = "create_contact" if write.record is None else "update_contact"
            return Done(said.id, {"action": action})
        case refused:
            return _refused(write, refused)


def _refused(write: Write, error: RecordError) -> Outcome | Try:
    if error.concerns_all:
        return LACKING
    if error.is_conflict:
        return _in_the_way(write, facts.existing_id(error.message))
    if error.category == facts.GONE and write.record is not None:
        return _look_again(write, None)
    return (
        Again(reason(error)) if error.category in facts.PASSING else Refused("invalid_input", reason(error))
    )


def _in_the_way(write: Write, existing_id: str | None) -> Outcome | Try:
    """Who was not there a moment ago is taken as it is; two records for one person are a person's affair."""
    if write.record is None:
        return _look_again(write, existing_id)
    return Held("another record of hubspot has its e-mail or its lead id: merge them")


def _look_again(write: Write, external_id: str | None) -> Outcome | Try:
    if write.tries + 1 >= _MOST_TRIES:
        return Again("hubspot's record changes while it is written")
    return Try(replace(write.contact, external_id=external_id), write.tries + 1)
