"""Which leads are one person.

Two leads are one person by an e-mail that they share, unless each has a profile of its own: an address may be
a whole office's. A phone finds whoever has it, and makes nobody the same.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.tables import identities

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alpha_swarm.ledger.session import Session


class SamePeople:
    """Looks leads up within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all_of(self, lead_ids: Collection[str]) -> set[str]:
        """These, and whatever leads are the same people."""
        found = set(lead_ids)
        while more := self._also(found) - found:
            found |= more
        return found

    def several(self, lead_ids: Collection[str]) -> bool:
        """Whether these are certainly not one person."""
        return _several(lead_ids, self._profiles(lead_ids))

    def _also(self, known: Collection[str]) -> set[str]:
        """Other leads with their e-mails that are nobody else."""
        mine = select(identities.c.hash).where(
            among(identities.c.lead_id, known), identities.c.kind == "email"
        )
        hashes = {row.hash for row in self._session.rows(mine)} if known else set()
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
