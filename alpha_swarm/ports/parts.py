"""The parts of the ledger as the pipeline sees them: what can be done within a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from alpha_swarm.domain.crm.deals import PlannedDeal, Terms
    from alpha_swarm.domain.leads.enrichment import Enrichment
    from alpha_swarm.domain.leads.lead import Lead, LeadInput, Standing
    from alpha_swarm.domain.leads.scoring import Score
    from alpha_swarm.domain.messages.approvals import Grant
    from alpha_swarm.domain.providers.uses import Part
    from alpha_swarm.domain.routing.route import Placement, Route
    from alpha_swarm.domain.states import State, Target, Tier
    from alpha_swarm.ports.records import (
        Arrival,
        Letter,
        Pulse,
        Taken,
        Written,
    )


class Leads(Protocol):
    """The leads and what is known of them."""

    def add(self, arrivals: Sequence[Arrival]) -> Sequence[Taken]:
        """Record new leads, and of known ones the sighting; the answer is in the order of the arrivals."""
        ...

    def lock(self, lead_ids: Collection[str]) -> None:
        """Keep others from changing these leads until the end of the transaction; always the first lock."""
        ...

    def load(self, lead_ids: Collection[str], *, history: bool = True) -> Mapping[str, Lead]:
        """The leads with these ids that exist; without history they lack later sightings and disclosures."""
        ...

    def inputs(self, lead_ids: Collection[str]) -> Mapping[str, LeadInput]:
        """These leads as the doors took them in."""
        ...

    def standing(self, lead_ids: Collection[str]) -> Mapping[str, Standing]:
        """Where those of these leads stand that exist: many times cheaper than to load them."""
        ...

    def latest(self, batch: str | None, most: int) -> Sequence[str]:
        """Leads that have a result, the latest arrivals first; of one batch or of all."""
        ...

    def page(self, after: str, most: int) -> Sequence[str]:
        """The next ids after one, in order."""
        ...

    def has_batch(self, batch: str) -> bool:
        """Whether any lead came with it."""
        ...

    def by_row(self, row_ids: Collection[str]) -> Mapping[str, str]:
        """Row id → lead id."""
        ...

    def by_row_prefix(self, prefix: str) -> Sequence[str]:
        """The leads whose row ids begin so."""
        ...

    def owners(self, found_by: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Identity → the leads that are known by it, oldest first; without those that nobody is known by."""
        ...

    def find(self, identity_or_id: str) -> str | None:
        """The id of the lead with this id or identity (``linkedin:…``, ``email:…``)."""
        ...

    def move(self, states: Mapping[str, State]) -> None:
        """Set the state of each lead."""
        ...

    def stale(
        self, state: State, older_than: float, after: str, most: int, tier: Tier | None = None
    ) -> Sequence[str]:
        """Leads in a state whose result is older than so many seconds, by id after ``after``."""
        ...

    def renew(self, generations: Mapping[str, int], batch: str) -> None:
        """Lead id → the generation that begins; what it costs belongs to ``batch``."""
        ...

    def submitted(self, row_ids: Mapping[str, str]) -> None:
        """Remember each lead's row."""
        ...

    def enriched(self, results: Mapping[str, tuple[Enrichment, Score]]) -> None:
        """Remember what was found, and by what else the person can be found from now on."""
        ...

    def walk(self, states: Collection[State], after: str = "") -> Iterator[Lead]:
        """Every lead in these states (all when empty), oldest first, from the one behind this id on."""
        ...


class Providers(Protocol):
    """What the providers behind the enricher were used for."""

    def book(self, parts: Mapping[str, Part]) -> None:
        """Provider → its part in results that have just come."""
        ...

    def room(self, hourly: Mapping[str, int]) -> int:
        """How many more leads the tightest of these providers has room for in this hour.

        Those whose enrichment was begun count as if they needed all, until they show whom they did; so do
        those that are in a worker's hands, the caller's own among them.
        """
        ...

    def book_missed(self, missed: Mapping[str, int]) -> None:
        """Provider → how often it did not answer in time."""
        ...


class Syncs(Protocol):
    """Where each lead stands with each CRM."""

    def open(
        self, targets: Mapping[str, Sequence[Target]], routes: Mapping[str, Route] | None = None
    ) -> None:
        """These leads go to these CRMs, as their routes say; ``None``: as was said before."""
        ...

    def known(self, target: Target, lead_ids: Collection[str]) -> set[str]:
        """Those of these leads that were ever sent to this CRM."""
        ...

    def opened(self, target: Target, lead_ids: Collection[str]) -> set[str]:
        """Those of these leads that are on their way to this CRM."""
        ...

    def grant(self, target: Target, grants: Mapping[str, Grant]) -> None:
        """Lead id → what is allowed: they are looked at anew with their next write, and that uses it up."""
        ...

    def grants(self, target: Target, lead_ids: Collection[str]) -> Mapping[str, Grant]:
        """What was allowed of these and not used yet."""
        ...

    def placements(self, target: Target, lead_ids: Collection[str]) -> Mapping[str, Placement]:
        """What this CRM is to do with those of these leads of whom anything was said."""
        ...

    def deals(self, target: Target, lead_ids: Collection[str]) -> Mapping[str, PlannedDeal]:
        """The deals that were planned with these."""
        ...

    def plan_deals(self, target: Target, deals: Mapping[str, Terms]) -> None:
        """Lead id → the deal that is going to be opened; one that was planned before stays as it is."""
        ...

    def drop_deals(self, target: Target, lead_ids: Collection[str]) -> None:
        """The CRM refused these: whatever the rules say next is planned anew."""
        ...

    def done(self, target: Target, results: Mapping[str, Written]) -> None:
        """The CRM has these now."""
        ...

    def gone(self, target: Target, lead_ids: Collection[str]) -> set[str]:
        """Those whose record there was removed by somebody."""
        ...

    def dead(self, target: Target, lead_ids: Collection[str]) -> None:
        """The CRM will not have these."""
        ...

    def fingerprints(self, target: Target, lead_ids: Collection[str]) -> Mapping[str, str]:
        """Lead id → the fingerprint of what the CRM was last given, unless an approval is to be used."""
        ...

    def done_in(self, lead_ids: Collection[str]) -> Mapping[str, set[Target]]:
        """Lead id → the CRMs that have it."""
        ...

    def states(self, lead_ids: Collection[str]) -> Mapping[str, set[str]]:
        """Lead id → the distinct states of its syncs."""
        ...


class Inbox(Protocol):
    """Webhooks, stored before they are understood."""

    def put(self, source: str, bodies: Sequence[bytes]) -> None:
        """Store them; the same body a second time is not stored again."""
        ...

    def put_keyed(self, source: str, bodies: Mapping[str, bytes]) -> None:
        """Store them by the sender's own keys; the same key a second time is not stored again."""
        ...

    def take(self, limit: int, sources: Sequence[str]) -> Sequence[Letter]:
        """The oldest of these sources that wait; nobody else gets them during this transaction."""
        ...

    def borrow(self, limit: int, source: str, seconds: float) -> Sequence[Letter]:
        """The same, and nobody else gets them for so long or more, also after this transaction."""
        ...

    def lock(self, ids: Collection[int]) -> set[int]:
        """Those of these that still wait, until the end of the transaction."""
        ...

    def close(self, states: Mapping[int, str]) -> None:
        """``done`` and ``duplicate`` lose their bodies; ``orphan`` and ``unreadable`` keep them."""
        ...

    def waiting(self) -> bool:
        """Whether any wait."""
        ...


class UnknownRuns(Protocol):
    """Runs that the enricher said were over and that no call of ours knows."""

    def keep(self, run_id: str) -> None:
        """Remember it, once."""
        ...

    def take(self, limit: int, seconds: float) -> Sequence[str]:
        """Those whose time to be asked for has come; it comes again after so many seconds, or more."""
        ...

    def close(self, run_id: str) -> None:
        """Nobody needs to ask any more."""
        ...

    def waiting(self) -> bool:
        """Whether the time of any has come."""
        ...


class Pulses(Protocol):
    """How far this ledger has come."""

    def feel(self) -> Pulse:
        """The pulse, held until the end of the transaction."""
        ...

    def ledger(self) -> str:
        """Which ledger this is."""
        ...

    def set(self, beats: int) -> None:
        """Set its number."""
        ...

    def move_back(self, seconds: float) -> None:
        """Move every moment that is waited for, after the clock was set back by so much."""
        ...


class Pauses(Protocol):
    """Targets that are left alone for a while."""

    def pause(self, target: str, reason: str, seconds: float, kind: str | None = None) -> None:
        """Leave the target alone; never for less time than was said before.

        ``kind`` is the verdict's, ``None`` where a person says so.
        """
        ...

    def resume(self, target: str) -> None:
        """Go on at once."""
        ...
