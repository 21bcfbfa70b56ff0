"""A policy, compiled: decided once for a column and once for a party, never for each value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.leads.grounds import USUAL, Grounds
from alpha_swarm.domain.policy.book import Forbidden, LimitedProfiles, OnForbidden, Party, PolicyBook, Without
from alpha_swarm.domain.policy.mistakes import meant, withheld_by
from alpha_swarm.domain.policy.names import HELD, ours, plain
from alpha_swarm.domain.states import LegalBasis

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_COLUMNS = 4096
_ADDRESSES = frozenset({"email_work", "email_personal", "phone"})
NEEDS_CONSENT = "needs the person's consent"


@dataclass(frozen=True, slots=True)
class Kept:
    """A column that is kept out."""

    column: str
    """As it came."""
    field: str
    """As the policy names it: only such names are counted and told."""
    reason: str
    by_consent: bool = False
    """Whether it is taken where there is consent."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What of a row may go on."""

    fields: Mapping[str, Any]
    kept: tuple[Kept, ...]
    """What of it may not, and was there."""

    @property
    def forbidden(self) -> tuple[Kept, ...]:
        """Of those what no consent would help."""
        return tuple(one for one in self.kept if not one.by_consent)

    @property
    def withheld(self) -> tuple[str, ...]:
        """Its names, each once."""
        return tuple(dict.fromkeys(one.field for one in self.kept))


class PrivacyPolicy:
    """What is never taken, what needs consent, who may get what, and on which grounds leads are taken in."""

    def __init__(self, book: PolicyBook, grounds: Grounds = USUAL) -> None:
        self.book = book
        self.grounds = grounds
        self.refuses = book.on_forbidden is OnForbidden.REFUSE
        self.refuses_limited = book.limited_profiles is LimitedProfiles.REFUSE
        self._exact, self._prefixes = _names(book.forbidden or ())
        self._needs = {
            one: need.without for need in book.consent or () for name in need.fields for one in ours(name)
        }
        barred = {one for rule in book.forbidden or () for name in rule.fields for one in meant(name)}
        self.forbidden = frozenset(barred).intersection(HELD)
        """Of our own fields those that are never taken."""
        self._not_held = {True: self.forbidden, False: self.forbidden | self._lacking(Without.NOT_TAKEN)}
        self._withheld = {
            (party, given): self._of_party(party, given=given) for party in Party for given in (True, False)
        }
        self._columns: dict[str, Kept | None] = {}

    @property
    def asks_consent(self) -> bool:
        """Whether any field needs it."""
        return bool(self._needs)

    @property
    def hides_addresses(self) -> bool:
        """Whether any party is kept from anything that a person can be reached by."""
        return any(_ADDRESSES & names for names in self._withheld.values())

    @property
    def consent_fields(self) -> Mapping[str, Without]:
        """Those fields, and what becomes of each without it."""
        return self._needs

    def passed(self, fields: Mapping[str, Any], basis: LegalBasis | None = None) -> Passed:
        """What of a row may be taken; ``fields`` are without blanks.

        ``basis``: where nobody knows it yet consent is not asked for.
        """
        kept = tuple(
            one
            for one in map(self._decision, fields)
            if one and (not one.by_consent or basis not in (None, LegalBasis.CONSENT))
        )
        if not kept:
            return Passed(fields, ())
        barred = {one.column for one in kept}
        return Passed({name: value for name, value in fields.items() if name not in barred}, kept)

    def bars(self, column: str) -> bool:
        """Whether a column is never taken."""
        found = self._decision(column)
        return found is not None and not found.by_consent

    def not_held(self, basis: LegalBasis) -> frozenset[str]:
        """Of our own fields those that may not be held of somebody on this basis."""
        return self._not_held[basis is LegalBasis.CONSENT]

    def withheld(self, party: Party, basis: LegalBasis) -> frozenset[str]:
        """Of our own fields those that a party does not get of somebody on this basis."""
        return self._withheld[party, basis is LegalBasis.CONSENT]

    def reason(self, field: str) -> str | None:
        """Why a field of ours is never taken; ``None`` where it may be."""
        found = self._decision(field)
        return found.reason if found and not found.by_consent else None

    def _decision(self, column: str) -> Kept | None:
        """Files have few columns; whoever sends ever new names fills no memory by it."""
        if column not in self._columns:
            if len(self._columns) >= _MOST_COLUMNS:
                self._columns.clear()
            self._columns[column] = self._why(column)
        return self._columns[column]

    def _why(self, column: str) -> Kept | None:
        for name in (plain(column), *map(plain, ours(column)[:1])):
            if name in self._exact:
                return Kept(column, *self._exact[name])
            found = next((said for start, said in self._prefixes.items() if name.startswith(start)), None)
            if found:
                return Kept(column, *found)
        need = next((one for one in ours(column)[:1] if self._needs.get(one) is Without.NOT_TAKEN), None)
        return Kept(column, need, NEEDS_CONSENT, by_consent=True) if need else None

    def _lacking(self, *without: Without) -> frozenset[str]:
        return frozenset(name for name, what in self._needs.items() if what in without)

    def _of_party(self, party: Party, *, given: bool) -> frozenset[str]:
        share = (self.book.targets or {}).get(party)
        limited = withheld_by(share) if share else frozenset[str]()
        return self.forbidden | limited | (frozenset() if given else self._lacking(*Without))


def _names(rules: Iterable[Forbidden]) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, str]]]:
    """Plain name → (the policy's, the reason): those that are whole, and those that begin names."""
    exact: dict[str, tuple[str, str]] = {}
    prefixes: dict[str, tuple[str, str]] = {}
    for rule in rules:
        for name in rule.fields:
            said = (name.removesuffix("*"), rule.reason)
            if name.endswith("*"):
                prefixes.setdefault(plain(name), said)
            for one in (plain(name), *map(plain, ours(name))):
                exact.setdefault(one, said)
    return exact, prefixes


#: Where no policy was given: everything is taken, and goes where it is mapped.
OPEN = PrivacyPolicy(PolicyBook())
