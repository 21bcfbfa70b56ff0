"""The door's side of the ledger: who is new, who was here before."""

from __future__ import annotations

import math
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update
from ulid import ULID

from alpha_swarm.domain.leads.prospects import rank
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.hashing import fingerprint
from alpha_swarm.ledger.records import dump_input
from alpha_swarm.ledger.schema.tables import events, identities, leads, persons, sightings, work
from alpha_swarm.ledger.work.flows import Flows
from alpha_swarm.ports.records import Taken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from alpha_swarm.ledger.hashing import IdentityHash
    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.records import Arrival


class Arrivals:
    """Takes in a batch of leads within one transaction."""

    def __init__(self, session: Session, hash_identity: IdentityHash, *, ranked: bool) -> None:
        """``ranked``: what comes in is paid for at once, and under a cap."""
        self._session = session
        self._ranked = ranked
        self._hash = hash_identity

    def add(self, arrivals: Sequence[Arrival]) -> Sequence[Taken]:
        """Each identity becomes one lead; every arrival leaves its sighting."""
        keys: Sequence[str] = [self._hash(arrival.identity) for arrival in arrivals]
        named = {key: one.lead_id for key, one in zip(keys, arrivals, strict=True) if one.lead_id}
        owners = self._known(keys) | named
        keys = self._joined(keys, arrivals, owners)
        fresh = {
            key: arrival
            for key, arrival in reversed(list(zip(keys, arrivals, strict=True)))
            if key not in owners
        }
        ids = {key: str(ULID()) for key in reversed(fresh)}
        collected = _first_collected(zip(keys, arrivals, strict=True))
        self._record({ids[key]: (key, fresh[key]) for key in ids}, collected)
        owners = {**owners, **self._owners(ids)}
        # Before these leave their sightings: until now those tell from when on a lead's days are counted.
        self._keep_no_longer(
            (owners[key], moment) for key, moment in collected.items() if owners[key] != ids.get(key)
        )
        self._see((owners[key], arrival) for key, arrival in zip(keys, arrivals, strict=True))
        return self._answers(keys, owners, ids)

    def _known(self, keys: Collection[str]) -> dict[str, str]:
        """By whatever each lead is known under: an e-mail may have been found for whoever came by a profile.

        Of several leads with one e-mail the oldest: ids rise with time.
        """
        query = select(identities.c.hash, func.min(identities.c.lead_id).label("lead_id"))
        rows = self._session.rows(query.where(among(identities.c.hash, keys)).group_by(identities.c.hash))
        return {row.hash: row.lead_id for row in rows}

    def _joined(
        self, keys: Sequence[str], arrivals: Sequence[Arrival], owners: Collection[str]
    ) -> Sequence[str]:
        """The keys; an e-mail alone that nobody is known by is whoever came with it earlier in the batch."""
        pairs = list(zip(keys, arrivals, strict=True))
        alone = {key for key, one in pairs if key not in owners and one.identity.startswith("email:")}
        if not alone:
            return keys
        came_with: dict[str, str] = {}
        for key, one in pairs:
            if one.input.email:
                came_with.setdefault(self._hash(f"email:{one.input.email.lower()}"), key)
        return [came_with[key] if key in alone else key for key in keys]

    def _owners(self, keys: Collection[str]) -> dict[str, str]:
        if not keys:
            return {}
        query = select(leads.c.identity, leads.c.id).where(among(leads.c.identity, keys))
        return {row.identity: row.id for row in self._session.rows(query)}

    def _record(self, fresh: Mapping[str, tuple[str, Arrival]], collected: Mapping[str, datetime]) -> None:
        # Another process may have recorded the same person since we looked: its row stays, ours falls away.
        # In one order, so that two of them never wait for each other.
        turns = Flows(self._session).queue_up({lead_id: arrival for lead_id, (_, arrival) in fresh.items()})
        rows = [
            {
                **self._lead(lead_id, key, arrival, turns[lead_id]),
                "retention_until": arrival.input.held_on.until(collected[key]).timestamp(),
            }
            for lead_id, (key, arrival) in fresh.items()
        ]
        self._session.add(leads, sorted(rows, key=itemgetter("identity")), keep=True)
        standing = self._owners([key for key, _ in fresh.values()])
        ours = {lead_id: pair for lead_id, pair in fresh.items() if standing[pair[0]] == lead_id}
        self._session.add(persons, [_person(lead_id, arrival) for lead_id, (_, arrival) in ours.items()])
        self._session.add(identities, self._known_by(ours))
        self._session.add(work, self._owed(ours, turns))
        self._session.add(events, [self._event(lead_id, arrival) for lead_id, (_, arrival) in ours.items()])

    def _lead(self, lead_id: str, key: str, arrival: Arrival, turn: float) -> dict[str, Any]:
        return {
            "id": lead_id,
            "generation": 1,
            "state": State.RECEIVED.value,
            "priority": arrival.priority.rank,
            "turn": turn,
            "batch": arrival.batch,
            "source": arrival.input.source_name,
            "identity": key,
            "created_at": self._session.now,
            "updated_at": self._session.now,
        }

    def _known_by(self, ours: Mapping[str, tuple[str, Arrival]]) -> list[dict[str, Any]]:
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for lead_id, (key, arrival) in ours.items():
            kind = arrival.identity.partition(":")[0]
            rows[key, lead_id] = {"hash": key, "lead_id": lead_id, "kind": kind}
            if arrival.input.email:
                email = self._hash(f"email:{arrival.input.email.lower()}")
                rows[email, lead_id] = {"hash": email, "lead_id": lead_id, "kind": "email"}
        return list(rows.values())

    def _owed(
        self, ours: Mapping[str, tuple[str, Arrival]], turns: Mapping[str, float]
    ) -> list[dict[str, Any]]:
        return [self._work(lead_id, arrival, turns[lead_id]) for lead_id, (_, arrival) in ours.items()]

    def _work(self, lead_id: str, arrival: Arrival, turn: float) -> dict[str, Any]:
        now = self._session.now
        return {
            "lead_id": lead_id,
            "step": Step.INGEST.value,
            "turn": turn,
            "rank": rank(arrival.input, arrival.priority) if self._ranked else None,
            "due_at": now,
            "since": now,
            "attempts": 0,
            "claims": 0,
            "crashes": 0,
        }

    def _event(self, lead_id: str, arrival: Arrival) -> dict[str, Any]:
        detail = {"source_type": arrival.input.source_type.value, "priority": arrival.priority.value}
        return {"lead_id": lead_id, "at": self._session.now, "kind": "received", "detail": detail}

    def _see(self, arrivals: Iterable[tuple[str, Arrival]]) -> None:
        rows = [_sighting(lead_id, arrival) for lead_id, arrival in arrivals]
        self._session.add(sightings, sorted(rows, key=itemgetter("lead_id", "fingerprint")), keep=True)

    def _keep_no_longer(self, known: Iterable[tuple[str, datetime]]) -> None:
        """What was collected first counts, also where it comes in later; nothing ever renews it.

        For how long each lead is held after that was settled when it was taken in.
        """
        moments: dict[str, float] = {}
        for lead_id, moment in known:
            moments[lead_id] = min(moment.timestamp(), moments.get(lead_id, math.inf))
        held = (leads.c.id, leads.c.retention_until)
        query = select(*held, func.min(sightings.c.collected_at).label("first"))
        query = query.join(sightings, sightings.c.lead_id == leads.c.id).where(among(leads.c.id, moments))
        first = self._session.rows(query.group_by(*held).order_by(leads.c.id)) if moments else ()
        sooner = [
            {"lead": row.id, "until": row.retention_until - earlier}
            for row in first
            if (earlier := row.first - moments[row.id]) > 0
        ]
        mine = (leads.c.id == bindparam("lead")) & (leads.c.retention_until > bindparam("until"))
        if sooner:
            self._session.run(update(leads).where(mine).values(retention_until=bindparam("until")), sooner)

    @staticmethod
    def _answers(keys: Sequence[str], owners: Mapping[str, str], ids: Mapping[str, str]) -> list[Taken]:
        answers: list[Taken] = []
        counted: set[str] = set()
        for key in keys:
            new = owners[key] == ids.get(key) and key not in counted
            counted.add(key)
            answers.append(Taken(lead_id=owners[key], duplicate=not new))
        return answers


def _first_collected(arrivals: Iterable[tuple[str, Arrival]]) -> dict[str, datetime]:
    """Key → the earliest of what came under it."""
    found: dict[str, datetime] = {}
    for key, arrival in arrivals:
        moment = arrival.input.scraped_at
        found[key] = min(moment, found.get(key, moment))
    return found


def _person(lead_id: str, arrival: Arrival) -> dict[str, Any]:
    return {"lead_id": lead_id, "input": dump_input(arrival.input)}


def _sighting(lead_id: str, arrival: Arrival) -> dict[str, Any]:
    came = arrival.input
    collected_at = came.scraped_at.timestamp()
    return {
        "lead_id": lead_id,
        "fingerprint": fingerprint(came.source_type.value, came.source_name, came.source_url, collected_at),
        "source_type": came.source_type.value,
        "source_name": came.source_name,
        "source_url": came.source_url,
        "collected_at": collected_at,
    }
