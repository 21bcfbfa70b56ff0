"""Lists of persons who are not to be here: whoever comes is kept out, whoever is here goes."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from alpha_swarm.domain.doors.deletion_lists import digest_of
from alpha_swarm.domain.doors.who import names_of_lead
from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.pipeline.effects.persistence import persist

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.domain.doors.who import Who
    from alpha_swarm.pipeline.privacy.rights.carrying_out import CarryOut
    from alpha_swarm.ports.ledger import Ledger, Transaction
    from alpha_swarm.ports.rights import OutsideList, Suppressed

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

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
        """
        told: dict[str, Any] = {"suppressed": 0, "new": 0, "leads": 0, "requests": []}
        rest = iter(people)
        while page := list(islice(rest, _PAGE)):
            told["suppressed"] += len(page)
            told["new"] += self._list(page)
            # Of whom nothing but a hash is known nobody here is found by a name.
            if named := [one for one in page if not one.digest]:
                self._erase(told, partial(_on_list, named))
        self._screen(told)
        if told["new"] or told["leads"]:
            self._set_down(partial(_note, told["new"], told["leads"]))
        for request_id in told["requests"]:
            self._carry_out.run(request_id)
        return told

    def screen(self) -> None:
        """Whoever is here though they are on a list of hashes goes."""
        self._screen({"leads": 0, "requests": []})

    def _screen(self, told: dict[str, Any]) -> None:
        """The hashes are made of each address that is held."""
        with self._ledger.read() as tx:
            compares = tx.suppressions.has_digests()
        after, more = "", compares
        while more:
            # Each page for itself, so that nobody waits for the end of the look.
            with self._ledger.read() as tx:
                page = list(islice(tx.leads.walk([], after), _LEADS))
                met = tx.suppressions.met({lead.id: _digests(names_of_lead(lead)) for lead in page})
            if met:
                self._erase(told, partial(_these, met))
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

    def _erase(self, told: dict[str, Any], find: Callable[[Transaction], set[str]]) -> None:
        request_ids, leads = self._set_down(partial(_gone, find))
        told["leads"] += leads
        told["requests"] += request_ids

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


def _on_list(page: Sequence[Who], tx: Transaction) -> set[str]:
    return tx.rights.leads_of(page)


def _these(lead_ids: Collection[str], tx: Transaction) -> set[str]:
    del tx
    return set(lead_ids)


def _gone(find: Callable[[Transaction], set[str]], tx: Transaction) -> tuple[list[str], int]:
    found = sorted(find(tx))
    portions = [found[start : start + _A_REQUEST] for start in range(0, len(found), _A_REQUEST)]
    return [tx.rights.begin(Right.ERASURE, one, why=_ON_LIST) for one in portions], len(found)


def _note(new: int, leads: int, tx: Transaction) -> None:
    tx.audit.note(AuditKind.IMPORT, what="suppressions", entries=new, leads=leads)


def _digests(names: Iterable[str]) -> list[str]:
    return [spelt for name in names if (spelt := digest_of(name))]
