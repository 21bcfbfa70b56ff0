"""What enriches leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.leads.enrichment import RowResult
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.domain.privacy.rights import Identifiers, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a transport can do, as data."""

    submit_batch: int
    """Leads a submitting call."""
    start_batch: int
    """Rows a starting call; 0 where submitting starts by itself."""
    fetch_batch: int
    """Rows a question; 0 where results cannot be asked for and come by themselves."""
    update_batch: int
    """Rows a call that writes back; 0 where nothing can be."""
    looks_up: bool
    """Whether an unknown outcome can be settled by asking for our own lead id."""
    export_batch: int = 0
    """Rows a call that brings many at once, of which there are few an hour; 0 where there is none."""
    resends: bool = False
    """Whether a submission that nobody answered is sent once more, under the same request id."""


#: The cause of a delivery that carries a row which is not proved to be ours.
FORGED = "forged"


class Enricher(Protocol):
    """One transport to the enrichment service.

    A whole call that fails raises a verdict of :mod:`alpha_swarm.errors`; what differs from lead to lead
    comes back as one :data:`Outcome` a lead.
    """

    @property
    def capabilities(self) -> Capabilities:
        """Batch sizes and abilities."""
        ...

    def check(self) -> str:
        """Ask for something harmless; the answer is one line for ``doctor``."""
        ...

    def prepare(self) -> None:
        """Find or create what the transport needs (table, webhook); harmless when repeated."""
        ...

    def submit(self, leads: Sequence[Lead], key: str) -> Mapping[str, Outcome]:
        """Bring leads in: lead id → outcome with the row id as reference; ``key`` is the idempotency key.

        Where ``start_batch`` is 0 this is the call that costs.
        """
        ...

    def start(self, row_ids: Sequence[str], key: str) -> Mapping[str, Outcome]:
        """Start the paid enrichment: row id → outcome (``Gone`` for a row that does not exist)."""
        ...

    def fetch(self, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """The rows as they stand: row id → row; a row that does not exist is absent."""
        ...

    def fetch_one(self, row_id: str) -> RowResult | None:
        """One row, or ``None`` where there is none."""
        ...

    def look_up(self, lead_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """The rows that carry our lead ids: lead id → its oldest row."""
        ...

    def parse(self, body: bytes) -> Sequence[RowResult]:
        """The rows in a webhook's body. Raises ``GiveUpError`` when it is none, or forged (by its cause)."""
        ...

    def write_back(self, updates: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Outcome]:
        """Set columns: row id → {column: value}."""
        ...

    def export(self, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """What ``fetch`` does, for more rows a call and against a limit of its own."""
        ...

    def forget(self, who: Identifiers) -> Receipt:
        """Remove their rows: by our own ids, by e-mails and profiles; the same again removes what is left.

        One that is gone already is no error; the note names what was held here and is found nowhere.

        Raises:
            GiveUpError: with the cause ``not_supported``, where a person has to delete them in Clay.
        """
        ...

    def known(self, who: Identifiers) -> Sequence[Mapping[str, Any]]:
        """Every row that ``forget`` would remove. Raises ``GiveUpError`` as it does."""
        ...

    def names(self, who: Identifiers) -> Identifiers:
        """The e-mails and profiles in these rows. Raises ``GiveUpError`` as ``forget`` does."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...
