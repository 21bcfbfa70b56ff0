"""Which leads are one person, by whatever the person is known."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from alpha_swarm.domain.addresses import normal_email, normal_phone
from alpha_swarm.domain.identity import canonical_url, profile_slug
from alpha_swarm.domain.rights import Identifiers
from alpha_swarm.errors import UserError
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.crm_tables import crm_records, syncs
from alpha_swarm.ledger.tables import identities, leads

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alpha_swarm.ledger.ledger import SqlTransaction

#: More leads that share an address are no person's.
_MOST_NAMED = 5


class People:
    """Finds persons.

    Two leads are one person by an e-mail that they share, unless each has a profile of its own: an address
    may be a whole office's. A phone finds whoever has it, and makes nobody the same.
    """

    def __init__(self, tx: SqlTransaction) -> None:
        self._tx = tx
        self._session = tx.session

    def find(self, who: str) -> tuple[str, ...]:
        """All leads of the person with this id, profile, e-mail, phone or record id, oldest first; or none.

        Raises:
            UserError: several people are known by it.
        """
        found = self._one_person(self._named(who.strip()))
        while more := self._also(found) - found:
            found = self._one_person(found | more)
        return tuple(sorted(found))

    def _one_person(self, found: set[str]) -> set[str]:
        """Nobody is told of anybody else."""
        if _several(found, self._profiles(found)):
            some = ", ".join(sorted(found)[:_MOST_NAMED])
            raise UserError(f"{len(found)} leads of several people are known by that: name one of {some}")
        return found

    def _named(self, who: str) -> set[str]:
        names = _names(who)
        by_name = self._tx.leads.owners(names) if names else {}
        system, _, rest = who.partition(":")
        record = (system, rest) if rest and not rest.startswith("//") else (None, who)
        own = select(leads.c.id).where((leads.c.id == who.upper()) | (leads.c.row_id == who))
        found = {row.id for row in self._session.rows(own)} | self._by_record(*record)
        return found.union(*by_name.values())

    def _by_record(self, system: str | None, record_id: str) -> set[str]:
        written = select(syncs.c.lead_id).where(syncs.c.external_id == record_id)
        told = select(crm_records.c.lead_id).where(
            crm_records.c.record_id == record_id, crm_records.c.lead_id.is_not(None)
        )
        if system is not None:
            written = written.where(syncs.c.target == system)
            told = told.where(crm_records.c.system == system)
        return {row.lead_id for query in (written, told) for row in self._session.rows(query)}

    def _also(self, known: Collection[str]) -> set[str]:
        """Other leads with the person's e-mails that are nobody else."""
        mine = select(identities.c.hash).where(
            among(identities.c.lead_id, known), identities.c.kind == "email"
        )
        hashes = {row.hash for row in self._session.rows(mine)}
        owners: defaultdict[str, set[str]] = defaultdict(set)
        query = select(identities.c.hash, identities.c.lead_id).where(among(identities.c.hash, hashes))
        for row in self._session.rows(query) if hashes else ():
            owners[row.hash].add(row.lead_id)
        profiles = self._profiles(set().union(*owners.values()) | set(known))
        own = frozenset().union(*(profiles.get(key, frozenset()) for key in known))
        return {key for sharing in owners.values() for key in _same(sharing, own, profiles)}

    def _profiles(self, lead_ids: Collection[str]) -> Mapping[str, frozenset[str]]:
        query = select(identities.c.lead_id, identities.c.hash).where(
            among(identities.c.lead_id, lead_ids), identities.c.kind == "linkedin"
        )
        found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
        for row in self._session.rows(query) if lead_ids else ():
            found[row.lead_id] |= {row.hash}
        return found


def named(who: str) -> Identifiers:
    """Somebody whom nobody knows here, by what was said."""
    slug, email, phone = profile_slug(who), normal_email(who), normal_phone(who)
    return Identifiers(
        emails=(email,) if email else (),
        phones=(phone,) if phone and not email else (),
        linkedin=(canonical_url(slug),) if slug else (),
    )


def _names(who: str) -> list[str]:
    slug, email, phone = profile_slug(who), normal_email(who), normal_phone(who)
    names = [f"linkedin:{slug}"] if slug else []
    names += [f"email:{email}"] if email else []
    return names + ([f"phone:{phone}"] if phone else [])


def _several(found: Collection[str], profiles: Mapping[str, frozenset[str]]) -> bool:
    known = [profiles[key] for key in found if profiles.get(key)]
    return any(one.isdisjoint(known[0]) for one in known)


def _same(sharing: set[str], own: frozenset[str], profiles: Mapping[str, frozenset[str]]) -> set[str]:
    """Of those that share an e-mail: where others have it too, whoever has no profile may be anybody."""
    strangers = {key for key in sharing if profiles.get(key) and profiles[key].isdisjoint(own)}
    if strangers and own:
        return {key for key in sharing if not profiles.get(key, frozenset()).isdisjoint(own)}
    if len(strangers) > 1 and _several(strangers, profiles):
        return set()
    return sharing
