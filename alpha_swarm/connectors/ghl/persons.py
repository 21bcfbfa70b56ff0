"""Nobody is written twice at a time: two upserts of one e-mail at once may make two records."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.ports.crm import Contact


class Persons:
    """Those who are being written in this process, whatever thread does it.

    Two batches never hold one e-mail: no claim gives it out twice. One batch may, in calls of two priorities;
    and who has a phone alone is kept apart here only.
    """

    def __init__(self) -> None:
        self._busy: set[str] = set()
        self._changed = Condition()

    def waves(self, contacts: Sequence[Contact]) -> Iterator[list[Contact]]:
        """All of them, in waves in which nobody comes twice, nor anybody whom another thread writes now."""
        waiting = list(contacts)
        while waiting:
            with self._held(waiting) as wave:
                yield list(wave.values())
            gone = {contact.lead_id for contact in wave.values()}
            waiting = [contact for contact in waiting if contact.lead_id not in gone]

    @contextmanager
    def _held(self, waiting: Sequence[Contact]) -> Iterator[dict[str, Contact]]:
        """Person → contact. Whoever waits here holds nobody, so no two threads wait for each other."""
        with self._changed:
            while not (wave := self._free(waiting)):
                self._changed.wait()
            self._busy |= wave.keys()
        try:
            yield wave
        finally:
            with self._changed:
                self._busy -= wave.keys()
                self._changed.notify_all()

    def _free(self, waiting: Sequence[Contact]) -> dict[str, Contact]:
        free: dict[str, Contact] = {}
        for contact in waiting:
            if (person := _person(contact)) not in self._busy:
                free.setdefault(person, contact)
        return free


def _person(contact: Contact) -> str:
    fields = contact.fields
    return str(fields.get("email") or fields.get("phone") or contact.lead_id).lower()
