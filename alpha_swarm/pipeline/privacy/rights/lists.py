"""Lists of persons who are not to be here: whoever comes is kept out, whoever is here goes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from alpha_swarm.domain.doors.deletion_lists import digest_of
from alpha_swarm.domain.doors.who import Who, is_phone, names_of_lead
from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.domain.states import State
from alpha_swarm.pipeline.effects.persistence import persist

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.pipeline.privacy.rights.carrying_out import CarryOut
    from alpha_swarm.ports.ledger import Ledger, Transaction
    from alpha_swarm.ports.rights import OutsideList, Suppressed

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")
_Found = tuple[set[str], set[str]]
"""Leads that go; and leads that stay, although somebody's number names them."""

#: Entries that are written in a commit, and leads that are compared in one.
_PAGE, _LEADS = 5000, 500
#: Leads of a request, as CRMs remove them one by one.
_A_REQUEST = 50
_ON_LIST = "on a list"


class Lists:
    """Takes lists in, page by page, however long they are; the same one again changes nothing."""

    def __init__(self, ledger: Ledger, carry_out: CarryOut, outside: OutsideList, clock: Clock) -> None:
        self._ledger = ledger
        self._carry_out = carry_out
        self._outside = outside
        self._clock = clock

    def take(self, people: Iterable[Who]) -> dict[str, Any]:
        """``suppressed``, the entries of the list; those of them that were ``new``; and ``leads`` that go.

        These go by ``requests``, each of a page.
        Whoever is here is forgotten in every system. Others are looked for nowhere: they are kept out.
        ``left``: ids of leads that nothing but a phone names, and which may be several people.
        """
        told: dict[str, Any] = {"suppressed": 0, "new": 0, "leads": 0, "requests": [], "left": []}
        began = self._now()
        rest = iter(people)
        while page := list(islice(rest, _PAGE)):
            told["suppressed"] += len(page)
            told["new"] += self._list(page)
            # Of whom nothing but a hash is known nobody here is found by a name.
            if named := [one for one in page if not one.digest]:
                self._erase(told, partial(_on_list, named, began))
        self._screen(told, began)
        told["left"] = self._still_here(told["left"])
        if told["new"] or told["leads"]:
            self._set_down(partial(_note, told["new"], told["leads"]))
        for request_id in told["requests"]:
            self._carry_out.run(request_id)
        return told

    def screen(self) -> None:
        """Whoever is here though they are on a list of hashes goes, unless by a phone alone."""
        self._screen({"leads": 0, "requests": [], "left": []}, self._now())

    def _screen(self, told: dict[str, Any], began: float) -> None:
        """The hashes are made of each address that is held."""
        with self._ledger.read() as tx:
            compares = tx.suppressions.has_digests()
        after, more = "", compares
        while more:
            # Each page for itself, so that nobody waits for the end of the look.
            with self._ledger.read() as tx:
                page = list(islice(tx.leads.walk([], after), _LEADS))
                spelt = {lead.id: _digests(names_of_lead(lead)) for lead in page}
                listed = tx.suppressions.met(spelt)
            if listed:
                met = {key: [spelt[key][digest] for digest in every] for key, every in listed.items()}
                self._erase(told, partial(_met, met, began))
            more = len(page) == _LEADS
            after = page[-1].id if page else after

    def _list(self, page: Sequence[Who]) -> int:
        """Outside first: what a crash leaves there alone is laid over the ledger at the next start."""
        with self._ledger.read() as tx:
            lines = tx.suppressions.unlisted(page, objected=True)
        self._outside.add(lines)
        if lines:
            self._set_down(partial(_enter, lines))
        return len(lines)

    def _erase(self, told: dict[str, Any], find: Callable[[Transaction], _Found]) -> None:
        request_ids, leads, left = self._set_down(partial(_gone, find))
        told["leads"] += leads
        told["requests"] += request_ids
        told["left"] += left

    def _still_here(self, lead_ids: Collection[str]) -> list[str]:
        """Another entry may have named them as well."""
        with self._ledger.read() as tx:
            there = tx.leads.standing(set(lead_ids))
        return sorted(key for key, lead in there.items() if lead.state is not State.ERASED)

    def _now(self) -> float:
        with self._ledger.read() as tx:
            return tx.suppressions.now

    def _set_down(self, write: Callable[[Transaction], Answer]) -> Answer:
        return set_down(self._ledger, self._clock, write)


def set_down(ledger: Ledger, clock: Clock, write: Callable[[Transaction], Answer]) -> Answer:
    """In one commit; again where the ledger is away for a moment, or others were in each other's way."""
    answers: list[Answer] = []

    def once() -> None:
        with ledger.begin() as tx:
            answers[:] = [write(tx)]

    persist(clock, once)
    return answers[0]


def _enter(lines: Sequence[Suppressed], tx: Transaction) -> None:
    tx.allowances.lay(lines)


def _on_list(page: Sequence[Who], began: float, tx: Transaction) -> _Found:
    phones = {name for one in page for name in one.names if is_phone(name)}
    return _ends(tx, [replace(one, phone=None) for one in page], phones, began)


def _met(met: Mapping[str, Collection[str]], began: float, tx: Transaction) -> _Found:
    """``met``: lead → its names that are on a list of hashes."""
    sure = [key for key, names in met.items() if not all(map(is_phone, names))]
    phones = {name for names in met.values() for name in names if is_phone(name)}
    return _ends(tx, [Who(lead_id=one) for one in sure], phones, began)


def _ends(tx: Transaction, named: Sequence[Who], phones: Collection[str], began: float) -> _Found:
    """A phone ends only whoever alone has it when it comes onto the list.

    Of several people who have it a person must say whose it is; whoever has it when the others are gone is
    still not known to be the one who asked.
    """
    new = tx.suppressions.met({one: [one] for one in phones}, began)
    having = tx.rights.having(phones)
    alone = {key for phone in new for key in having.get(phone, ()) if tx.rights.are_one(having[phone])}
    ends = tx.rights.leads_of([*named, *(Who(lead_id=one) for one in alone)])
    return ends, set().union(*having.values()) - ends


def _gone(find: Callable[[Transaction], _Found], tx: Transaction) -> tuple[list[str], int, set[str]]:
    ends, left = find(tx)
    found = sorted(ends)
    portions = [found[start : start + _A_REQUEST] for start in range(0, len(found), _A_REQUEST)]
    return [tx.rights.begin(Right.ERASURE, one, why=_ON_LIST) for one in portions], len(found), left


def _note(new: int, leads: int, tx: Transaction) -> None:
    tx.audit.note(AuditKind.IMPORT, what="suppressions", entries=new, leads=leads)


def _digests(names: Iterable[str]) -> dict[str, str]:
    """As lists of hashes spell them → the names."""
    return {spelt: name for name in names if (spelt := digest_of(name))}
