"""What became of a write: the contact is read again, as the answer to a write may show what is not kept."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from alpha_swarm.connectors.ghl.mapping import fields_of
from alpha_swarm.connectors.ghl.schemas import ContactRecord
from alpha_swarm.domain.calls.effect import Done
from alpha_swarm.domain.crm.changes import same
from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.connectors.ghl.client import GhlClient
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.crm.changes import Change

Choice = Literal["off", "sample", "all"]
#: One lead in so many is in the sample, and always the same ones.
_SAMPLE = 100
_SENT = frozenset({"create_contact", "update_contact"})


class ReadBack:
    """Reads those that are chosen."""

    def __init__(self, client: GhlClient, choice: Choice) -> None:
        self._client = client
        self._choice = choice

    def told(
        self, came: Sequence[tuple[str, Change, Outcome]], field_ids: Mapping[str, str], at_once: int
    ) -> dict[str, Outcome]:
        """Lead id → what came of its change; where something was not kept, it says which fields."""
        told = {lead_id: outcome for lead_id, _, outcome in came}
        chosen = [
            (lead_id, change, one)
            for lead_id, change, one in came
            if isinstance(one, Done) and self._is_chosen(lead_id, one)
        ]
        for place, standing in self._read([one.reference or "" for *_, one in chosen], at_once).items():
            lead_id, change, done = chosen[place]
            if lost := _lost(change, fields_of(standing, field_ids)):
                told[lead_id] = replace(done, detail={**done.detail, "not_kept": lost})
        return told

    def calls_in(self, contacts: int) -> int:
        """How many reads so many writes bring, of a sample about."""
        return {"off": 0, "sample": -(-contacts // _SAMPLE), "all": contacts}[self._choice]

    def _is_chosen(self, lead_id: str, done: Done) -> bool:
        if self._choice == "off" or done.detail.get("action") not in _SENT:
            return False
        return self._choice == "all" or zlib.crc32(lead_id.encode()) % _SAMPLE == 0

    def _read(self, ids: list[str], at_once: int) -> dict[int, ContactRecord]:
        """Whatever keeps us from reading does not undo the write."""
        try:
            read = self._client.get_each(ids, at_once) if ids else {}
        except AlphaSwarmError:
            return {}
        return {place: one for place, one in read.items() if isinstance(one, ContactRecord)}


def _lost(change: Change, fields: Mapping[str, Any]) -> list[str]:
    return sorted(name for name, value in change.after.items() if not same(name, value, fields.get(name)))
