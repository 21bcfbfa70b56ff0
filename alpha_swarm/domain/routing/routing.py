"""Rules, compiled once, and what they say of a lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from alpha_swarm.domain.routing.checks import Check, Compiler
from alpha_swarm.domain.routing.fields import INPUTS, Subject
from alpha_swarm.domain.routing.route import CAMPAIGNS, DEALS, Reach, Route, obstacle, settled
from alpha_swarm.domain.routing.rules import Alert, Deal, Group, Rule
from alpha_swarm.domain.states import Target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import TypeVar

    from alpha_swarm.domain.routing.places import Places
    from alpha_swarm.domain.routing.rules import RuleBook

    Said = TypeVar("Said")


_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule, compiled for the configured targets."""

    name: str
    checks: tuple[Check, ...]
    targets: frozenset[Target]
    campaign: str | None
    owners: Mapping[Target, str]
    deals: Mapping[Target, Deal]
    alert: Alert | None
    stop: bool

    def matches(self, subject: Subject) -> bool:
        """Whether all that it asks for holds."""
        for check in self.checks:  # noqa: SIM110 - the generator of an all() takes longer than the checks
            if not check.holds(subject):
                return False
        return True


class Routing:
    """Every rule that matches has its say, from the top down.

    Targets and alerts add up; of campaigns, owners and deals the first word holds; ``stop`` leaves out what
    stands below.
    """

    def __init__(self, book: RuleBook, places: Places, targets: Sequence[Target]) -> None:
        """``book`` holds none of the :func:`~alpha_swarm.domain.routing.mistakes.mistakes`."""
        self.targets = tuple(dict.fromkeys(targets))
        self.needs_input = any(INPUTS.intersection(rule.when) for rule in book.rules)
        compiler = Compiler(places, _territories(book, places))
        self.rules = tuple(self._ready(rule, compiler) for rule in book.rules)
        # Thousands of leads match the same few sets of rules.
        self._joined = lru_cache(_REMEMBERED)(self._join)

    def route(self, subject: Subject) -> Route | None:
        """Where the lead goes; ``None`` where its enrichment came to nothing."""
        if not settled(subject.status):
            return None
        return self._joined(tuple(self._matching(subject)), Reach.of(subject.values))

    def _join(self, numbers: Sequence[int], reach: Reach) -> Route:
        """What these rules come to together."""
        matching = [self.rules[number] for number in numbers]
        chosen = frozenset[Target]().union(*(rule.targets for rule in matching))
        hindered = {
            target: why
            for target in self.targets
            if target in chosen and (why := obstacle(target, reach)) is not None
        }
        return Route(
            targets=tuple(one for one in self.targets if one in chosen and one not in hindered),
            campaign=next((rule.campaign for rule in matching if rule.campaign), None),
            owners=_first_words([rule.owners for rule in matching if rule.owners]),
            deals=_first_words([rule.deals for rule in matching if rule.deals]),
            alerts={rule.name: rule.alert for rule in matching if rule.alert},
            rules=tuple(rule.name for rule in matching),
            left_out=hindered,
        )

    def _matching(self, subject: Subject) -> Iterator[int]:
        for number, rule in enumerate(self.rules):
            if rule.matches(subject):
                yield number
                if rule.stop:
                    return

    def _ready(self, rule: Rule, compiler: Compiler) -> Ready:
        then = rule.then
        return Ready(
            name=rule.name,
            checks=tuple(compiler.all_checks(rule.when)),
            targets=frozenset(target for one in then.targets for target in self._meant(one)),
            campaign=then.campaign,
            owners=_only(set(Target) - CAMPAIGNS, self._by_target(then.owner)),
            deals=_only(DEALS, self._by_target(then.deal)),
            alert=then.alert,
            stop=then.stop,
        )

    def _by_target(self, said: Mapping[Target | Group, Said]) -> dict[Target, Said]:
        """A CRM's own stands above that of a group."""
        by_group = {target: what for one, what in said.items() for target in self._meant(one)}
        return by_group | {one: what for one, what in said.items() if isinstance(one, Target)}

    def _meant(self, one: Target | Group) -> tuple[Target, ...]:
        match one:
            case Target():
                return (one,)
            case Group.ALL:
                return self.targets
            case Group.CAMPAIGNS:
                return tuple(target for target in self.targets if target in CAMPAIGNS)
            case Group.CONTACTS:
                return tuple(target for target in self.targets if target not in CAMPAIGNS)


def _territories(book: RuleBook, places: Places) -> dict[str, frozenset[str]]:
    """Name in lower case → codes; the file's own stand above the packaged ones."""
    own = {
        name.casefold(): frozenset(filter(None, map(places.code, codes)))
        for name, codes in book.territories.items()
    }
    return {name.casefold(): codes for name, codes in places.territories.items()} | own


def _only(targets: Collection[Target], said: Mapping[Target, Said]) -> dict[Target, Said]:
    """What a group was told concerns those of it that can do it."""
    return {target: what for target, what in said.items() if target in targets}


def _first_words(said: Sequence[Mapping[Target, Said]]) -> dict[Target, Said]:
    return {target: what for one in reversed(said) for target, what in one.items()}
