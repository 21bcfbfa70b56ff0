"""Owners are asked for once, by all processes, and not for ever."""

from __future__ import annotations

from alpha_swarm.connectors.owners import Owners
from tests.doubles import MemoryFacts, StillClock


class Account:
    """Who is there, and how often that was asked."""

    def __init__(self, **people: str) -> None:
        self.people = people
        self.asked = 0

    def look_up(self, named: str) -> str | None:
        """One call."""
        self.asked += 1
        return self.people.get(named)


def test_whoever_is_found_is_remembered_for_all_processes() -> None:
    """Of one account."""
    account, facts = Account(rep="41"), MemoryFacts()
    found = [Owners("ghl:one", account.look_up, facts, StillClock()).id_of("rep") for _ in range(3)]
    assert (found, account.asked) == (["41"] * 3, 1)
    Owners("ghl:two", account.look_up, facts, StillClock()).id_of("rep")
    assert account.asked == 2


def test_whoever_has_gone_is_noticed_within_an_hour() -> None:
    account, clock = Account(rep="41"), StillClock()
    owners = Owners("ghl", account.look_up, MemoryFacts(), clock)
    assert owners.id_of("rep") == "41"
    account.people.clear()
    clock.sleep(3599.0)
    assert owners.id_of("rep") == "41"
    clock.sleep(1.0)
    assert owners.id_of("rep") is None


def test_whoever_is_not_there_yet_is_found_within_minutes() -> None:
    """And is not asked for with every batch."""
    account, clock = Account(), StillClock()
    owners = Owners("ghl", account.look_up, MemoryFacts(), clock)
    assert [owners.id_of("rep") for _ in range(3)] == [None] * 3
    assert account.asked == 1
    account.people["rep"] = "41"
    clock.sleep(300.0)
    assert owners.id_of("rep") == "41"
