"""Who is not to come back: keyed hashes of whatever they are known by."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select, union

from alpha_swarm.domain.doors.deletion_lists import DIGESTS, digest_of
from alpha_swarm.domain.doors.who import lead_ids_in, names_in
from alpha_swarm.domain.plain_text import plain_text
from alpha_swarm.domain.privacy.rights import OWN_NAMES, Right
from alpha_swarm.domain.states import CLOSED, State
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.rights import suppressions
from alpha_swarm.ledger.schema.tables import identities, leads
from alpha_swarm.ports.rights import Suppressed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Row

    from alpha_swarm.domain.doors.who import Who
    from alpha_swarm.ledger.hashing import IdentityHash
    from alpha_swarm.ledger.session import Session

#: Of a lead its id stands there, which says nothing of anybody.
LEAD = "lead"
_RECORD = "record"
#: No commit comes to an end so long after its moment.
_COMMITTED_SECONDS = 60.0


class SqlSuppressions:
    """Implements ``ports.rights.Suppressions``."""

    def __init__(self, session: Session, hash_identity: IdentityHash) -> None:
        self._session = session
        self._hash = hash_identity

    @property
    def now(self) -> float:
        """The database's."""
        return self._session.now

    def met(
        self, names: Mapping[str, Collection[str]], since: float | None = None
    ) -> dict[str, frozenset[str]]:
        """One query; a name is looked for as it stands, and as lists of hashes spell it."""
        hashes: defaultdict[str, set[str]] = defaultdict(set)
        for name in {name for every in names.values() for name in every}:
            for spelt in filter(None, (name, digest_of(name))):
                hashes[self._hash(spelt)].add(name)
        only = () if since is None else (suppressions.c.since >= since,)
        found = frozenset(name for one in self._listed(hashes, *only) for name in hashes[one])
        return {key: found.intersection(every) for key, every in names.items() if not found.isdisjoint(every)}

    def named_in(self, bodies: Mapping[str, bytes], *, by_id_alone: bool = False) -> set[str]:
        """The keys of letters in which somebody stands who is suppressed."""
        texts = {key: plain_text(body) for key, body in bodies.items()}
        theirs = self._ids({key: lead_ids_in(text) for key, text in texts.items()})
        if by_id_alone:
            return theirs
        return theirs.union(self.met({key: names_in(text) for key, text in texts.items()}))

    def _ids(self, named: Mapping[str, Collection[str]]) -> set[str]:
        ids = {one for every in named.values() for one in every}
        found = self._listed(ids)
        return {key for key, every in named.items() if not found.isdisjoint(every)}

    def _listed(self, hashes: Collection[str], *only: ColumnElement[bool]) -> set[str]:
        there = select(suppressions.c.hash).where(among(suppressions.c.hash, hashes), *only)
        return {row.hash for row in self._session.rows(there)} if hashes else set()

    def records(self, system: str, record_ids: Collection[str]) -> set[str]:
        """But for those that are merely kept no longer."""
        return self._records(system, record_ids, suppressions.c.why != Right.RETENTION.value)

    def retired(self, system: str, record_ids: Collection[str]) -> set[str]:
        """By the right that entered them."""
        return self._records(system, record_ids, suppressions.c.why == Right.RETENTION.value)

    def _records(self, system: str, record_ids: Collection[str], only: ColumnElement[bool]) -> set[str]:
        hashes = {self._hash(record_name(system, one)): one for one in record_ids}
        return {hashes[one] for one in self._listed(hashes, only)}

    def add(self, right: Right, request_id: str, names: Iterable[str], lead_ids: Iterable[str]) -> None:
        """What is there already stays as it is, unless :func:`enter` says otherwise."""
        shared = {"why": right.value, "since": self._session.now, "request_id": request_id}
        rows = {
            self._hash(name): {"hash": self._hash(name), "kind": name.partition(":")[0], **shared}
            for name in names
        }
        of_leads = [{"hash": one, "kind": LEAD, **shared} for one in sorted(lead_ids)]
        enter(self._session, [*(rows[key] for key in sorted(rows)), *of_leads])

    def add_hashes(self, right: Right, request_id: str, kinds: Mapping[str, str]) -> None:
        """Hash → kind, where the name itself is not known any more."""
        shared = {"why": right.value, "since": self._session.now, "request_id": request_id}
        enter(self._session, [{"hash": key, "kind": kinds[key], **shared} for key in sorted(kinds)])

    def unlisted(self, who: Sequence[Who], *, objected: bool = False) -> Sequence[Suppressed]:
        """As an erasure would enter them now."""
        kinds = {self._hash(name): name.partition(":")[0] for one in who for name in names_listed(one)}
        why, since = Right.ERASURE.value, self._session.now
        weaker = [Right.RETENTION.value, *([Right.OBJECTION.value] if objected else ())]
        new = sorted(kinds.keys() - self._listed(kinds, suppressions.c.why.not_in(weaker)))
        return [Suppressed(hash=key, kind=kinds[key], why=why, since=since) for key in new]

    def has_digests(self) -> bool:
        """Of either kind."""
        digests = or_(*(suppressions.c.kind == kind for kind in DIGESTS))
        return bool(self._session.rows(select(suppressions.c.hash).where(digests).limit(1)))

    def of(self, request_id: str) -> Sequence[Suppressed]:
        """By its index."""
        query = select(suppressions).where(suppressions.c.request_id == request_id)
        return [line_of(row) for row in self._session.rows(query.order_by(suppressions.c.hash))]

    def settled(self, since: float, after: str, most: int) -> Sequence[Suppressed]:
        """By the index of their moments: whatever has an earlier one was committed by then."""
        moment = suppressions.c.since
        beyond = or_(moment > since, and_(moment == since, suppressions.c.hash > after))
        there = (moment >= since, moment < self._session.now - _COMMITTED_SECONDS, beyond)
        query = select(suppressions).where(*there).order_by(moment, suppressions.c.hash)
        return [line_of(row) for row in self._session.rows(query.limit(most))]

    def present(self, since: float | None = None) -> Mapping[Right, Sequence[str]]:
        """From the list to the leads, so that a short list takes no time however many leads there are."""
        recent = () if since is None else (suppressions.c.since >= self._session.now - since,)
        by_name = _leads(identities.c.lead_id, suppressions.c.hash == identities.c.hash, recent)
        by_name = by_name.join(identities, identities.c.hash == suppressions.c.hash)
        by_id = _leads(leads.c.id, suppressions.c.kind == LEAD, recent)
        by_name = by_name.join(leads, leads.c.id == identities.c.lead_id).where(_is_person())
        by_id = by_id.join(leads, leads.c.id == suppressions.c.hash)
        found: defaultdict[Right, list[str]] = defaultdict(list)
        seen: set[str] = set()
        # An erasure goes before an objection of the same person.
        for row in sorted(self._session.rows(union(by_name, by_id)), key=lambda row: (row.why, row.lead_id)):
            if row.lead_id not in seen:
                seen.add(row.lead_id)
                found[Right(row.why)].append(row.lead_id)
        return found


def enter(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """What is there already stays as it is; but an erasure takes over what an objection entered.

    Or whoever objected first would stand in a copy that is put back as somebody who merely objected. Either
    takes over a record that was merely kept no longer.
    """
    if not rows:
        return
    statement = session.insert(suppressions)
    new = statement.excluded
    said_more = or_(
        and_(suppressions.c.why == Right.OBJECTION.value, new.why == Right.ERASURE.value),
        and_(suppressions.c.why == Right.RETENTION.value, new.why != Right.RETENTION.value),
    )
    later = {name: new[name] for name in ("why", "since", "request_id")}
    session.run(
        statement.on_conflict_do_update(index_elements=["hash"], set_=later, where=said_more), list(rows)
    )


def record_name(system: str, record_id: str) -> str:
    """As a record is spelt before it is hashed."""
    return f"{_RECORD}:{system}:{record_id}"


def names_listed(who: Who) -> tuple[str, ...]:
    """All that stands on the list of whoever is known by this."""
    record = (record_name(who.system, who.record_id),) if who.system and who.record_id else ()
    return (*who.names, *record)


def line_of(row: Row[Any]) -> Suppressed:
    """A row as the list outside has it."""
    return Suppressed(hash=row.hash, kind=row.kind, why=row.why, since=row.since, request_id=row.request_id)


def _is_person() -> ColumnElement[bool]:
    """Whether whoever is found by an identity is the person: by a phone alone only who has no other name."""
    also = identities.alias()
    others = select(also.c.hash).where(also.c.lead_id == identities.c.lead_id, also.c.kind.in_(OWN_NAMES))
    return or_(identities.c.kind.in_(OWN_NAMES), ~others.exists())


def _leads(lead_id: ColumnElement[str], joined: ColumnElement[bool], recent: Iterable[Any]) -> Any:
    closed = [state.value for state in CLOSED]
    # A copy may be of the time between a person's objection and the erasure.
    erased_since = and_(leads.c.state == State.OBJECTED.value, suppressions.c.why == Right.ERASURE.value)
    query = select(lead_id.label("lead_id"), suppressions.c.why).select_from(suppressions)
    return query.where(joined, *recent, or_(leads.c.state.not_in(closed), erased_since))
