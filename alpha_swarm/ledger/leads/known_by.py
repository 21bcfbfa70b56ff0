"""By what persons are known in the ledger: found by it, and gathered for the other sides."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, true

from alpha_swarm.domain.doors.who import CLAY
from alpha_swarm.domain.leads.identity import profile_slug
from alpha_swarm.domain.privacy.rights import Identifiers
from alpha_swarm.errors import UserError
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.leads.same_people import SamePeople
from alpha_swarm.ledger.schema.crm import changes, crm_records, syncs
from alpha_swarm.ledger.schema.tables import identities, leads, persons

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from alpha_swarm.domain.doors.who import Who
    from alpha_swarm.ledger.hashing import IdentityHash
    from alpha_swarm.ledger.session import Session

#: More leads that share an address are no person's.
_MOST_NAMED = 5


class KnownBy:
    """Looks persons up within one transaction."""

    def __init__(self, session: Session, hash_identity: IdentityHash) -> None:
        self._session = session
        self._hash = hash_identity
        self._same = SamePeople(session)

    def leads_of(self, who: Sequence[Who]) -> set[str]:
        """All leads of whoever is known by any of these."""
        return self._same.all_of(self._named(who))

    def person(self, who: Sequence[Who]) -> set[str]:
        """All leads of one person, who is known by each of these.

        Raises:
            UserError: several people are known by them: nobody is told of, or loses, what is another's.
        """
        named = self._named(who)
        if self._same.several(named) or (any(one.phone for one in who) and not self.are_one(named)):
            some = ", ".join(sorted(named)[:_MOST_NAMED])
            raise UserError(f"{len(named)} leads of several people are known by that: name one of {some}")
        return self._same.all_of(named)

    def having(self, names: Collection[str]) -> Mapping[str, Collection[str]]:
        """Name → whoever is known by it, several people or one."""
        hashes = {self._hash(name): name for name in names}
        found: defaultdict[str, set[str]] = defaultdict(set)
        query = select(identities.c.hash, identities.c.lead_id).where(among(identities.c.hash, hashes))
        for row in self._session.rows(query) if hashes else ():
            found[hashes[row.hash]].add(row.lead_id)
        return found

    def are_one(self, lead_ids: Collection[str]) -> bool:
        """A phone that they share makes nobody the same."""
        return len(lead_ids) <= 1 or self._same.all_of([min(lead_ids)]).issuperset(lead_ids)

    def _named(self, who: Sequence[Who]) -> set[str]:
        found = self._with_hashes({self._hash(name) for one in who for name in one.names})
        found |= self._there([one.lead_id for one in who if one.lead_id])
        for one in who:
            if one.record_id:
                found |= self._with_record(one.system, one.record_id)
        return found

    def hashes(self, lead_ids: Collection[str]) -> dict[str, str]:
        """Hash → kind of whatever is theirs alone: a shared mailbox or a switchboard is nobody's."""
        query = select(identities.c.hash, identities.c.kind).where(among(identities.c.lead_id, lead_ids))
        own = {row.hash: row.kind for row in self._session.rows(query) if row.kind != "company"}
        others = select(identities.c.hash, identities.c.lead_id).where(among(identities.c.hash, own))
        shared = {row.hash for row in self._session.rows(others) if row.lead_id not in lead_ids}
        return {key: kind for key, kind in own.items() if key not in shared}

    def gathered(self, lead_ids: Collection[str], who: Sequence[Who] = ()) -> Identifiers:
        """All that the ledger knows of them and is theirs alone, and what was said."""
        said = [one.identifiers for one in who]
        own = self.hashes(lead_ids)
        inputs, found = self._values(lead_ids)
        emails = [*_each(inputs, "email"), *_each(found, "email_work"), *_each(found, "email_personal")]
        records = self._records(lead_ids)
        for one in said:
            for system, ids in one.records.items():
                records[system] |= set(ids)
        return Identifiers(
            lead_ids=tuple(sorted(lead_ids)),
            emails=_once(
                [
                    *(one.lower() for one in emails if self._hash(f"email:{one.lower()}") in own),
                    *(email for one in said for email in one.emails),
                ]
            ),
            phones=_once(
                [
                    *(one for one in _each(found, "phone") if self._hash(f"phone:{one}") in own),
                    *(phone for one in said for phone in one.phones),
                ]
            ),
            linkedin=_once(
                [
                    *(url for url in _each(inputs, "linkedin_url") if self._hash(_profile(url)) in own),
                    *(url for one in said for url in one.linkedin),
                ]
            ),
            records={system: _once(ids) for system, ids in records.items()},
        )

    def domains(self, lead_ids: Collection[str]) -> set[str]:
        """Of their companies."""
        inputs, found = self._values(lead_ids)
        return {domain.lower() for domain in _each([*inputs, *found], "company_domain")}

    def _values(self, lead_ids: Collection[str]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        """As the doors and the enricher have it, each with what was put right, and what was wrong before."""
        query = select(persons.c.lead_id, persons.c.input, persons.c.enrichment, persons.c.pins)
        rows = self._session.opened(query.where(among(persons.c.lead_id, lead_ids)))
        pinned = [one for row in rows for one in _pinned(row.pins or {})]
        found = [row.enrichment["values"] for row in rows if row.enrichment]
        return [row.input for row in rows] + pinned, found + pinned

    def _records(self, lead_ids: Collection[str]) -> defaultdict[str, set[str]]:
        records: defaultdict[str, set[str]] = defaultdict(set)
        queries = (
            select(syncs.c.target.label("system"), syncs.c.external_id.label("record")).where(
                among(syncs.c.lead_id, lead_ids)
            ),
            select(changes.c.target.label("system"), changes.c.external_id.label("record")).where(
                among(changes.c.lead_id, lead_ids)
            ),
            select(crm_records.c.system, crm_records.c.record_id.label("record")).where(
                among(crm_records.c.lead_id, lead_ids), ~crm_records.c.gone
            ),
        )
        for query in queries:
            for row in self._session.rows(query):
                if row.record is not None:
                    records[row.system].add(row.record)
        rows = select(leads.c.row_id).where(among(leads.c.id, lead_ids), leads.c.row_id.is_not(None))
        for row in self._session.rows(rows):
            records[CLAY].add(row.row_id)
        return records

    def _with_hashes(self, hashes: Collection[str]) -> set[str]:
        query = select(identities.c.lead_id).where(among(identities.c.hash, hashes))
        return {row.lead_id for row in self._session.rows(query)} if hashes else set()

    def _there(self, lead_ids: Collection[str]) -> set[str]:
        query = select(leads.c.id).where(among(leads.c.id, lead_ids))
        return {row.id for row in self._session.rows(query)} if lead_ids else set()

    def _with_record(self, system: str | None, record_id: str) -> set[str]:
        found: set[str] = set()
        in_system = (syncs.c.target == system) if system else true()
        told = (crm_records.c.system == system) if system else true()
        if system in (None, CLAY):
            found |= {r.id for r in self._session.rows(select(leads.c.id).where(leads.c.row_id == record_id))}
        ours = select(syncs.c.lead_id).where(syncs.c.external_id == record_id, in_system)
        theirs = select(crm_records.c.lead_id).where(
            crm_records.c.record_id == record_id, told, crm_records.c.lead_id.is_not(None)
        )
        for query in (ours, theirs):
            found |= {row.lead_id for row in self._session.rows(query)}
        return found


def _pinned(pins: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for name, pin in pins.items():
        for value in (pin["value"], *pin.get("was", ())):
            if isinstance(value, str):
                yield {name: value}


def _profile(url: str) -> str:
    """As its name is spelt where it is hashed."""
    return f"linkedin:{profile_slug(url)}"


def _each(values: Iterable[dict[str, str]], name: str) -> list[str]:
    return [value[name] for value in values if value.get(name)]


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))
