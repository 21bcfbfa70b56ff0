"""What must be true of people's rights, in the fewest words; it knows no SQL and no pipeline."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

KEPT_SECONDS = 730 * 86400.0
#: Several people are reached by it.
SHARED = "email:team@shared.example"


@dataclass
class Person:
    """One lead: by what it is known, when it was first collected, and what the person said of it."""

    names: set[str]
    collected_at: float
    objected: bool = False
    first_name: str | None = None
    """As it was put right."""


@dataclass
class Model:
    """Who is there, who is not to come back, and who is kept no longer."""

    people: dict[str, Person] = field(default_factory=dict)
    """Lead id → whoever is there, objected or not."""
    gone: set[str] = field(default_factory=set)
    kept_out: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)
    """Of those the ones that no other system may hold either: whoever objected stays there."""
    seen: dict[str, str | None] = field(default_factory=dict)
    """CRM record, as it was seen last → whose it is; ``None`` where it may be several leads'."""
    retired: set[str] = field(default_factory=set)
    """Records of whoever was kept no longer."""

    def refuses(self, names: set[str]) -> bool:
        """At the door."""
        return not self.kept_out.isdisjoint(names)

    def known_as(self, name: str) -> str | None:
        """The lead that an arrival under this identity finds: the oldest."""
        return min((key for key, one in self.people.items() if name in one.names), default=None)

    def came(self, lead_id: str, names: set[str], collected_at: float) -> None:
        """Somebody new, or once more: what was collected first counts, whatever came first."""
        if lead_id in self.people:
            one = self.people[lead_id]
            one.collected_at = min(one.collected_at, collected_at)
        else:
            self.people[lead_id] = Person(names, collected_at)

    def one_person(self, name: str) -> set[str]:
        """All leads of whoever is known by it: those that share an e-mail which is one person's."""
        found = {key for key, one in self.people.items() if name in one.names}
        while more := {key for key in self.people if self._linked(key, found)} - found:
            found |= more
        return found

    def _linked(self, key: str, found: set[str]) -> bool:
        emails = {name for one in found for name in self.people[one].names if name.startswith("email:")}
        return not (emails - {SHARED}).isdisjoint(self.people[key].names)

    def erase(self, leads: set[str], said: set[str]) -> None:
        """Nothing is left, and nobody comes back by whatever was theirs alone."""
        self.forgotten |= self._keep_out(self.own(leads) | said | leads)
        self._go(leads)

    def turned_out(self, lead_id: str) -> None:
        """To be somebody who asked before: nobody has said whose the lead's number is."""
        self.forgotten |= self._keep_out(without_phones(self.own({lead_id})) | {lead_id})
        self._go({lead_id})

    def object(self, leads: set[str], said: set[str]) -> None:
        """What is held stays."""
        self._keep_out(self.own(leads) | said | leads)
        for key in leads:
            self.people[key].objected = True

    def expire(self, now: float) -> set[str]:
        """Whoever was collected so long ago goes, and may come again; those."""
        over = {key for key, one in self.people.items() if one.collected_at + KEPT_SECONDS < now}
        self.retired |= {record for record, key in self.seen.items() if key in over}
        self._go(over)
        return over

    def news(self, record: str, name: str) -> bool:
        """Whether somebody new comes by it; the record itself is the same each time."""
        leads = [key for key, one in self.people.items() if name in one.names]
        if record in self.seen or self.refuses({name}):
            return False
        if leads:
            self.seen[record] = leads[0] if len(leads) == 1 else None
        return not leads and record not in self.retired

    def own(self, leads: set[str]) -> set[str]:
        """The names that are theirs alone: what they share with others is nobody's."""
        others = {name for key, one in self.people.items() if key not in leads for name in one.names}
        return {name for key in leads for name in self.people[key].names} - others

    def put_back(self, copy: Model) -> None:
        """An older copy: of what was done since, only who is not to come back is still known, and why.

        What they are known by in it besides was put on no list when they asked, and is put there no more.
        """
        kept_out = self.kept_out | copy.kept_out
        self.people, self.seen = deepcopy(copy.people), dict(copy.seen)
        self.gone = (self.gone | copy.gone).difference(self.people)
        self.kept_out = kept_out
        self._go({key for key in self.people if self._named(key, self.forgotten)})
        for key, one in self.people.items():
            one.objected |= self._named(key, self.kept_out)

    def _named(self, key: str, names: set[str]) -> bool:
        """By a phone alone nobody is: all have other names."""
        return not names.isdisjoint(without_phones(self.people[key].names) | {key})

    def _keep_out(self, names: set[str]) -> set[str]:
        self.kept_out |= names
        return names

    def _go(self, leads: set[str]) -> None:
        self.gone |= leads
        for key in leads:
            del self.people[key]
        self.seen = {record: key for record, key in self.seen.items() if key not in leads}


def without_phones(names: set[str]) -> set[str]:
    """Those by which a person is told from others."""
    return {name for name in names if not name.startswith("phone:")}
