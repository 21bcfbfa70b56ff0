"""Leads: recorded once, changed by their steps."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from alpha_swarm.domain.leads.pins import read_pins
from alpha_swarm.domain.privacy.rectification import over_input
from alpha_swarm.domain.results.quality import filled
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.leads import stories
from alpha_swarm.ledger.leads.arrivals import Arrivals
from alpha_swarm.ledger.records import (
    dump_enrichment,
    dump_score,
    read_input,
    read_lead,
    read_standing,
)
from alpha_swarm.ledger.schema.crm import syncs
from alpha_swarm.ledger.schema.tables import identities, leads, persons, sightings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from alpha_swarm.domain.leads.enrichment import Enrichment, Values
    from alpha_swarm.domain.leads.lead import Lead, LeadInput, Standing
    from alpha_swarm.domain.leads.scoring import Score
    from alpha_swarm.domain.states import State, Tier
    from alpha_swarm.ledger.hashing import IdentityHash
    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.records import Arrival, Taken

_WALK_PAGE = 500


class SqlLeads:
    """Implements ``ports.parts.Leads``."""

    def __init__(self, session: Session, hash_identity: IdentityHash, *, ranked: bool = False) -> None:
        """``ranked``: leads are paid for as they are brought in, and under a cap."""
        self._session = session
        self._ranked = ranked
        self._hash = hash_identity
        self._changed: dict[str, dict[str, Any]] = {}

    def add(self, arrivals: Sequence[Arrival]) -> Sequence[Taken]:
        """Record new leads, and the sighting of known ones."""
        return Arrivals(self._session, self._hash, ranked=self._ranked).add(arrivals)

    def lock(self, lead_ids: Collection[str]) -> None:
        """Lock the rows in one order, so that two transactions never wait for each other."""
        if not self._session.row_locks:
            return
        query = select(leads.c.id).where(among(leads.c.id, lead_ids)).order_by(leads.c.id)
        # Keys never change: what merely refers to a lead (a sighting, a call) need not wait.
        self._session.rows(query.with_for_update(key_share=True))

    def load(self, lead_ids: Collection[str], *, history: bool = True) -> Mapping[str, Lead]:
        """Everything about these leads, in four queries however many they are, or in two without history."""
        self.finish()
        person = (persons.c.input, persons.c.enrichment, persons.c.score.label("points"), persons.c.pins)
        query = select(leads, *person)
        query = query.join(persons, persons.c.lead_id == leads.c.id).where(among(leads.c.id, lead_ids))
        rows = self._session.opened(query)
        seen = self._seen(lead_ids) if history else defaultdict(list)
        synced = self._grouped(
            select(syncs.c.lead_id, syncs.c.target, syncs.c.external_id).where(
                among(syncs.c.lead_id, lead_ids), syncs.c.external_id.is_not(None)
            )
        )
        logs = stories.disclosures(self._session, lead_ids) if history else {}
        return {
            row.id: read_lead(
                row,
                seen[row.id],
                {sync.target: sync.external_id for sync in synced[row.id]},
                logs.get(row.id, []),
            )
            for row in rows
        }

    def inputs(self, lead_ids: Collection[str]) -> Mapping[str, LeadInput]:
        """One query."""
        query = select(persons.c.lead_id, persons.c.input, persons.c.pins)
        rows = self._session.opened(query.where(among(persons.c.lead_id, lead_ids)))
        return {row.lead_id: over_input(read_input(row.input), read_pins(row.pins)) for row in rows}

    def standing(self, lead_ids: Collection[str]) -> Mapping[str, Standing]:
        """One query, and nothing to be parsed."""
        self.finish()
        chosen = (
            leads.c.id,
            leads.c.generation,
            leads.c.state,
            leads.c.priority,
            leads.c.turn,
            leads.c.row_id,
        )
        rows = self._session.rows(select(*chosen).where(among(leads.c.id, lead_ids)))
        return {row.id: read_standing(row) for row in rows}

    def latest(self, batch: str | None, most: int) -> Sequence[str]:
        """Whoever has a score has a result."""
        self.finish()
        query = select(leads.c.id).where(leads.c.score.is_not(None))
        query = query if batch is None else query.where(leads.c.batch == batch)
        rows = self._session.rows(query.order_by(leads.c.id.desc()).limit(most))
        return [row.id for row in rows]

    def has_batch(self, batch: str) -> bool:
        """One of them is enough."""
        return bool(self._session.rows(select(leads.c.id).where(leads.c.batch == batch).limit(1)))

    def _seen(self, lead_ids: Collection[str]) -> defaultdict[str, list[Any]]:
        query = select(sightings).where(among(sightings.c.lead_id, lead_ids))
        return self._grouped(query.order_by(sightings.c.collected_at))

    def by_row(self, row_ids: Collection[str]) -> Mapping[str, str]:
        """Row id → lead id."""
        self.finish()
        query = select(leads.c.row_id, leads.c.id).where(among(leads.c.row_id, row_ids))
        return {row.row_id: row.id for row in self._session.rows(query)}

    def by_row_prefix(self, prefix: str) -> Sequence[str]:
        """The leads whose row ids begin so, whatever order the database's language has."""
        self.finish()
        beyond = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        not_before, before = ("~>=~", "~<~") if self._session.row_locks else (">=", "<")
        row_id = leads.c.row_id
        query = select(leads.c.id).where(row_id.op(not_before)(prefix), row_id.op(before)(beyond))
        return [row.id for row in self._session.rows(query.order_by(leads.c.id))]

    def find(self, identity_or_id: str) -> str | None:
        """By id, or by whatever hash the person is known under."""
        by_id = select(leads.c.id).where(leads.c.id == identity_or_id)
        by_hash = select(identities.c.lead_id).where(identities.c.hash == self._hash(identity_or_id))
        found = self._session.rows(by_id) or self._session.rows(by_hash.order_by(identities.c.lead_id))
        return str(found[0][0]) if found else None

    def owners(self, found_by: Collection[str]) -> Mapping[str, Sequence[str]]:
        """By whatever hash each person is known under."""
        hashes = {self._hash(identity): identity for identity in found_by}
        query = select(identities.c.hash, identities.c.lead_id).where(among(identities.c.hash, hashes))
        found: defaultdict[str, list[str]] = defaultdict(list)
        for row in self._session.rows(query.order_by(identities.c.lead_id)):
            found[hashes[row.hash]].append(row.lead_id)
        return found

    def move(self, states: Mapping[str, State]) -> None:
        """Set the states."""
        for lead_id, state in states.items():
            self._change(lead_id, state=state.value)

    def stale(
        self, state: State, older_than: float, after: str, most: int, tier: Tier | None = None
    ) -> Sequence[str]:
        """By the moment that the enricher gave its result."""
        before = leads.c.enriched_at < self._session.now - older_than
        query = select(leads.c.id).where(leads.c.state == state.value, leads.c.id > after, before)
        if tier is not None:
            query = query.where(leads.c.tier == tier.value)
        return [row.id for row in self._session.rows(query.order_by(leads.c.id).limit(most))]

    def renew(self, generations: Mapping[str, int], batch: str) -> None:
        """A new generation goes the whole way again."""
        for lead_id, generation in generations.items():
            self._change(lead_id, generation=generation, batch=batch)

    def submitted(self, row_ids: Mapping[str, str]) -> None:
        """Remember the rows."""
        for lead_id, row_id in row_ids.items():
            self._change(lead_id, row_id=row_id)

    def enriched(self, results: Mapping[str, tuple[Enrichment, Score]]) -> None:
        """Remember values and score, and the addresses and numbers that were found."""
        if not results:
            return
        for key, (found, score) in results.items():
            self._change(key, **_in_figures(found, score))
        person = update(persons).where(persons.c.lead_id == bindparam("key"))
        plain = [
            {"key": key, "enrichment": dump_enrichment(found), "score": dump_score(score)}
            for key, (found, score) in results.items()
        ]
        rows = self._session.closed(persons, plain, owner="key")
        self._session.run(person.values(enrichment=bindparam("enrichment"), score=bindparam("score")), rows)
        self._know_by({key: found.values for key, (found, _) in results.items()})

    def walk(self, states: Collection[State], after: str = "") -> Iterator[Lead]:
        """Page by page along the id, so that memory stays flat."""
        while page := self.page(after, _WALK_PAGE, states):
            loaded = self.load(page)
            yield from (loaded[lead_id] for lead_id in page if lead_id in loaded)
            after = page[-1]

    def page(self, after: str, most: int, states: Collection[State] = ()) -> Sequence[str]:
        """The next ids."""
        self.finish()
        query = select(leads.c.id).where(leads.c.id > after).order_by(leads.c.id).limit(most)
        if states:
            query = query.where(leads.c.state.in_([state.value for state in states]))
        return [row.id for row in self._session.rows(query)]

    def finish(self) -> None:
        """Write what was changed: each lead once, however often it was changed."""
        alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for lead_id, changed in self._changed.items():
            alike[tuple(changed)].append({"key": lead_id, **changed})
        self._changed.clear()
        for names, rows in alike.items():
            self._write(names, rows)

    def _write(self, names: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
        statement = update(leads).values(updated_at=self._session.now)
        first = {name: rows[0][name] for name in names}
        if all(row == {**first, "key": row["key"]} for row in rows):
            alike = among(leads.c.id, [row["key"] for row in rows])
            self._session.run(statement.where(alike).values(first))
        else:
            own: dict[str, Any] = {name: bindparam(name) for name in names}
            self._session.run(statement.where(leads.c.id == bindparam("key")).values(own), rows)

    def _change(self, lead_id: str, **values: Any) -> None:
        self._changed.setdefault(lead_id, {}).update(values)

    def _know_by(self, found: Mapping[str, Values]) -> None:
        rows = [
            {"hash": self._hash(f"{kind}:{value.lower()}"), "lead_id": lead_id, "kind": kind}
            for lead_id, values in found.items()
            for kind, value in (
                ("email", values.email_work),
                ("email", values.email_personal),
                ("phone", values.phone),
            )
            if value
        ]
        self._session.add(identities, rows, keep=True)

    def _grouped(self, query: Any) -> defaultdict[str, list[Any]]:
        groups: defaultdict[str, list[Any]] = defaultdict(list)
        for row in self._session.opened(query):
            groups[row.lead_id].append(row)
        return groups


def _in_figures(found: Enrichment, score: Score) -> dict[str, Any]:
    """Of a result what is counted over all leads."""
    return {
        "status": found.status.value,
        "score": score.total,
        "tier": score.tier.value,
        "enriched_at": found.enriched_at.timestamp(),
        "filled": filled(found.values),
        "dropped": len(found.dropped),
    }
