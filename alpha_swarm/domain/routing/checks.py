"""Tests of a field, compiled once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from alpha_swarm.domain.routing.fields import FIELDS, Field, Kind, Subject
from alpha_swarm.domain.routing.route import TIERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from alpha_swarm.domain.routing.places import Places
    from alpha_swarm.domain.routing.rules import Tests

Holds = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Check:
    """One test of one field."""

    field: str
    wants: str
    """In words."""
    holds: Callable[[Subject], bool]


class Compiler:
    """Turns tests into checks."""

    def __init__(self, places: Places, territories: Mapping[str, frozenset[str]]) -> None:
        """``territories``: name in lower case → codes of countries and states."""
        self._places = places
        self._territories = territories

    def all_checks(self, when: Mapping[str, Tests]) -> Iterator[Check]:
        """Those of a rule, in its order."""
        for name, tests in when.items():
            for wants, holds in self._tests(name, FIELDS[name], tests):
                yield Check(name, wants, _reading(FIELDS[name], holds))

    def _tests(self, name: str, field: Field, tests: Tests) -> Iterator[tuple[str, Holds]]:
        if tests.exists is not None:
            yield ("something" if tests.exists else "nothing"), _existence(tests.exists)
        chosen = (tests.equals,) if tests.equals is not None else tests.one_of
        if chosen is not None:
            yield " or ".join(map(str, chosen)), self._among(name, field, chosen)
        if tests.contains is not None:
            yield f"with {' or '.join(tests.contains)} in it", _containing(field.kind, tests.contains)
        if tests.domain is not None:
            yield f"at {' or '.join(tests.domain)}", _at_domain(tests.domain)
        yield from _bounds(tests)

    def _among(self, name: str, field: Field, chosen: Iterable[Any]) -> Holds:
        if field.kind is Kind.NUMBER:
            numbers = frozenset(chosen)
            return lambda value: value in numbers
        words = frozenset(str(one).casefold() for one in chosen)
        if field.kind is Kind.PLACE:
            return self._in_place(name, words)
        if name == "tier":
            words = frozenset(TIERS[word].value.casefold() for word in words)
        if field.kind is Kind.LIST:
            return lambda values: any(value.casefold() in words for value in values)
        return lambda value: value is not None and value.casefold() in words

    def _in_place(self, name: str, words: Iterable[str]) -> Holds:
        find = self._places.find
        codes = self._codes(name, words)
        return lambda location: location is not None and not codes.isdisjoint(find(location).codes)

    def _codes(self, name: str, words: Iterable[str]) -> frozenset[str]:
        if name == "territory":
            return frozenset().union(*(self._territories[word] for word in words))
        return frozenset(filter(None, map(self._places.code, words)))


def _reading(field: Field, holds: Holds) -> Callable[[Subject], bool]:
    read = field.read
    return lambda subject: holds(read(subject))


def _existence(wanted: bool) -> Holds:  # noqa: FBT001 - the value of the test itself
    return lambda value: (value not in (None, "", ())) is wanted


def _containing(kind: Kind, parts: Iterable[str]) -> Holds:
    lower = tuple(part.casefold() for part in parts)
    if kind is Kind.LIST:
        return lambda values: any(part in value.casefold() for value in values for part in lower)
    return lambda value: value is not None and any(part in value.casefold() for part in lower)


def _at_domain(domains: Iterable[str]) -> Holds:
    names = tuple(name.casefold().lstrip("@.") for name in domains)
    below = tuple(f".{name}" for name in names)
    return lambda value: value is not None and ((host := host_of(value)) in names or host.endswith(below))


def host_of(text: str) -> str:
    """Of an e-mail, an address or a domain, in lower case."""
    bare = text.rpartition("@")[2] if "://" not in text else urlsplit(text).hostname or ""
    return bare.casefold()


def _bounds(tests: Tests) -> Iterator[tuple[str, Holds]]:
    """A value that is not known lies within no bounds."""
    for wants, bound, holds in (
        ("at least", tests.at_least, lambda value, bound: value >= bound),
        ("at most", tests.at_most, lambda value, bound: value <= bound),
        ("more than", tests.more_than, lambda value, bound: value > bound),
        ("less than", tests.less_than, lambda value, bound: value < bound),
    ):
        if bound is not None:
            yield f"{wants} {bound:g}", _bounded(bound, holds)


def _bounded(bound: float, holds: Callable[[float, float], bool]) -> Holds:
    return lambda value: value is not None and holds(value, bound)
