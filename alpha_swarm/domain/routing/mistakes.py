"""What is wrong with rules that have the right shape: words that nothing answers to."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.routing.fields import FIELDS, Kind
from alpha_swarm.domain.routing.route import CAMPAIGNS, TIERS
from alpha_swarm.domain.routing.rules import Group
from alpha_swarm.domain.states import EnrichmentStatus, Priority, SourceType, Target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from alpha_swarm.domain.routing.places import Places
    from alpha_swarm.domain.routing.rules import Outcome, Rule, RuleBook, Tests

#: Where in the file, and what is to be done.
Mistake = tuple[tuple[str | int, ...], str]

_CHOICES: Mapping[str, Collection[str]] = {
    "tier": TIERS.keys(),
    "status": frozenset(EnrichmentStatus),
    "priority": frozenset(Priority),
    "source_type": frozenset(SourceType),
}
_EXACT = frozenset({"equals", "one_of", "exists"})
_FITTING: Mapping[Kind, frozenset[str]] = {
    Kind.TEXT: _EXACT | {"contains", "domain"},
    Kind.LIST: _EXACT | {"contains"},
    Kind.NUMBER: _EXACT | {"at_least", "at_most", "more_than", "less_than"},
    Kind.CHOICE: _EXACT,
    Kind.PLACE: _EXACT,
}


def mistakes(book: RuleBook, places: Places, targets: Collection[Target]) -> Iterator[Mistake]:
    """Each with its place and its remedy, in the order of the file."""
    for name, codes in book.territories.items():
        for number, code in enumerate(codes):
            if places.code(code) is None:
                yield ("territories", name, number), _unknown(code, "country or state", places.spoken)
    territories = (*places.territories, *book.territories)
    for number, rule in enumerate(book.rules):
        for place, remedy in (
            *_of_conditions(rule, places, territories),
            *_of_outcome(rule.then, targets),
        ):
            yield ("rules", number, *place), remedy
    yield from _of_order(book.rules)


def _of_conditions(rule: Rule, places: Places, territories: Collection[str]) -> Iterator[Mistake]:
    for name, tests in rule.when.items():
        if name not in FIELDS:
            yield ("when", name), _unknown(name, "field", FIELDS)
            continue
        for remedy in (*_misfits(name, tests), *_no_words(name, tests, places, territories)):
            yield ("when", name), remedy


def _misfits(name: str, tests: Tests) -> Iterator[str]:
    kind = FIELDS[name].kind
    for test in sorted(tests.model_fields_set - _FITTING[kind]):
        yield f"{test} does not suit {name}; it takes {', '.join(sorted(_shown(_FITTING[kind])))}"
    if kind is Kind.NUMBER and not all(isinstance(word, int | float) for word in _words(tests)):
        yield f"{name} is a number; write one without quotes"


def _no_words(name: str, tests: Tests, places: Places, territories: Collection[str]) -> Iterator[str]:
    for word in map(str, _words(tests)):
        if name == "country" and places.code(word) is None:
            yield _unknown(word, "country or state", places.spoken)
        elif name == "territory" and word.casefold() not in map(str.casefold, territories):
            yield _unknown(word, "territory", territories)
        elif name in _CHOICES and word.casefold() not in _CHOICES[name]:
            yield _unknown(word, name, _CHOICES[name])


def _words(tests: Tests) -> Sequence[Any]:
    return [*(tests.one_of or ()), *(() if tests.equals is None else (tests.equals,))]


def _of_outcome(then: Outcome, targets: Collection[Target]) -> Iterator[Mistake]:
    named = {"targets": then.targets, "owner": tuple(then.owner), "deal": tuple(then.deal)}
    for key, chosen in named.items():
        for one in chosen:
            if isinstance(one, Target) and one not in targets:
                yield ("then", key), f"{one} is not configured; add it to SYNC_TARGETS, or take it out here"
    if CAMPAIGNS.intersection(then.deal) or Group.CAMPAIGNS in then.deal:
        yield ("then", "deal"), "instantly keeps no deals; name a CRM that keeps contacts"
    if CAMPAIGNS.intersection(then.owner) or Group.CAMPAIGNS in then.owner:
        yield ("then", "owner"), "instantly's leads have no owners; name a CRM that keeps contacts"
    if Target.SALESFORCE in then.deal:
        yield ("then", "deal"), "salesforce takes no deals with leads before they are converted; take it out"
    if then.campaign is not None and not CAMPAIGNS.intersection(targets):
        yield ("then", "campaign"), "instantly is not configured; add it to SYNC_TARGETS, or take this out"


def _of_order(rules: Sequence[Rule]) -> Iterator[Mistake]:
    seen: set[str] = set()
    end: str | None = None
    for number, rule in enumerate(rules):
        if rule.name in seen:
            yield ("rules", number, "name"), f"there is another rule {rule.name}; give each its own name"
        if end is not None:
            yield ("rules", number), f"is never reached: {end} above stops for every lead; move it up"
        seen.add(rule.name)
        end = end or (rule.name if rule.then.stop and not rule.when else None)


def _shown(tests: Collection[str]) -> list[str]:
    return ["in" if test == "one_of" else test for test in tests]


def _unknown(word: str, what: str, known: Collection[str]) -> str:
    alike = difflib.get_close_matches(word.casefold(), {one.casefold(): one for one in known}, n=1)
    listed = sorted(known)
    few = 40
    hint = f"did you mean {_spelt(alike[0], known)}?" if alike else "mend its spelling"
    if not alike and len(listed) <= few:
        hint = f"there are {', '.join(listed)}"
    return f"{word} is no {what}; {hint}"


def _spelt(lower: str, known: Collection[str]) -> str:
    return next(one for one in known if one.casefold() == lower)
