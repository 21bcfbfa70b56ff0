"""Where a company is, by what its location says: plain data, and no guess where two places share a name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from alpha_swarm.domain.tables import Table, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

#: Locations repeat; as many as this are kept in mind.
_REMEMBERED = 4096


class PlaceNames(Table):
    """The table of ``places.toml``."""

    countries: dict[str, tuple[str, ...]]
    """ISO 3166-1 code → names."""
    states: dict[str, dict[str, str]]
    """Country → code within it → name."""
    cities: dict[str, tuple[str, ...]]
    """Country → cities that decide where its code is also one of a state."""
    territories: dict[str, tuple[str, ...]]
    """Name → codes."""


@dataclass(frozen=True, slots=True)
class Place:
    """A country, and as far as it is known a state of it."""

    country: str | None = None
    """ISO 3166-1 code."""
    state: str | None = None
    """ISO 3166-2 code, such as ``US-CA``."""

    @property
    def codes(self) -> frozenset[str]:
        """Both."""
        return frozenset(code for code in (self.country, self.state) if code)


NOWHERE = Place()


class Places:
    """Reads locations such as ``San Francisco, CA`` and ``Munich, Bavaria, Germany``."""

    def __init__(self, names: PlaceNames) -> None:
        self._countries = {_plain(name): code for code, said in names.countries.items() for name in said}
        self._codes = {code.casefold(): code for code in names.countries}
        self._states = dict(_states(names.states))
        self._state_names = dict(_state_names(names.states))
        self._cities = {(code, _plain(city)) for code, cities in names.cities.items() for city in cities}
        # Georgia alone may be either.
        self._either = self._countries.keys() & self._state_names.keys()
        self.known = frozenset(names.countries) | {
            place.state for place in self._states.values() if place.state
        }
        self.spoken = frozenset(names.countries).union(*names.countries.values())
        self.territories = {name: frozenset(codes) for name, codes in names.territories.items()}
        self.find = lru_cache(_REMEMBERED)(self._find)

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Places:
        """The places in a table such as ``places.toml``.

        Raises:
            ConfigurationError: with the wrong key and the remedy.
        """
        return cls(read_table(PlaceNames, data, "places"))

    def code(self, text: str) -> str | None:
        """The country or state that is meant: a code such as ``US`` or ``US-CA``, or a country's name."""
        return text.upper() if text.upper() in self.known else self._countries.get(_plain(text))

    def _find(self, location: str) -> Place:
        *before, last = [_plain(part) for part in location.split(",")]
        if last in self._either:
            return NOWHERE
        country = self._countries.get(last)
        if country is not None:
            return self._within(country, before)
        return self._state_names.get(last) or self._by_code(before, last)

    def _within(self, country: str, before: list[str]) -> Place:
        """The country is named, and its state may stand before it, by name or by code."""
        named = (self._state_names.get(part) or self._states.get(part) for part in reversed(before))
        inside = (place for place in named if place and place.country == country)
        return next(inside, Place(country))

    def _by_code(self, before: list[str], last: str) -> Place:
        country = self._codes.get(last)
        if country and (not before or (country, before[0]) in self._cities):
            return Place(country)
        return self._states.get(last) or Place(country)


def _states(states: Mapping[str, Mapping[str, str]]) -> Iterable[tuple[str, Place]]:
    for country, inside in states.items():
        for code in inside:
            yield code.casefold(), Place(country, f"{country}-{code}")


def _state_names(states: Mapping[str, Mapping[str, str]]) -> Iterable[tuple[str, Place]]:
    for country, inside in states.items():
        for code, name in inside.items():
            yield _plain(name), Place(country, f"{country}-{code}")


def _plain(text: str) -> str:
    """Without case, accents, full stops and blanks at the ends."""
    apart = unicodedata.normalize("NFKD", text.replace(".", "").strip())
    return "".join(character for character in apart if not unicodedata.combining(character)).casefold()
