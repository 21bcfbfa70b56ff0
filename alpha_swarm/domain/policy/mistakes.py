"""What is wrong with a policy that has the right shape."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from alpha_swarm.domain.policy.book import Party
from alpha_swarm.domain.policy.names import GIVEN, HELD, ours, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alpha_swarm.domain.policy.book import PolicyBook, Share

#: Where in the file, and what is to be done.
Mistake = tuple[tuple[str | int, ...], str]

_ORIGIN = frozenset(map(plain, ("source_type", "source_name", "scraped_at", "lead_id", "legal_basis")))
#: Of these a party needs one, or it has no way to tell persons apart.
_NEEDED = {
    Party.CLAY: ("linkedin_url", "email"),
    Party.INSTANTLY: ("email_work", "email_personal"),
    Party.GHL: ("email_work", "email_personal", "phone"),
    Party.HUBSPOT: ("email_work", "email_personal", "phone"),
    Party.SALESFORCE: ("email_work", "email_personal", "phone"),
}
_LEAST_PREFIX = 3


def mistakes(book: PolicyBook) -> Iterator[Mistake]:
    """Each with its place and its remedy, in the order of the file."""
    for number, rule in enumerate(book.forbidden or ()):
        for at, name in enumerate(rule.fields):
            yield from ((("forbidden", number, "fields", at), said) for said in _unfit(name))
    for number, need in enumerate(book.consent or ()):
        for at, name in enumerate(need.fields):
            yield from ((("consent", number, "fields", at), said) for said in _unknown(name, HELD))
    for party, share in (book.targets or {}).items():
        yield from ((("targets", party.value, *place), said) for place, said in _of_share(party, share))
    yield from _nobody_left(book)


def _unfit(name: str) -> Iterator[str]:
    bare = plain(name)
    if bare in _ORIGIN:
        yield f"{name} is needed to say where data came from; take it out of the list"
    elif not bare or (name.endswith("*") and len(bare) < _LEAST_PREFIX):
        yield f"{name} would meet nearly every field; write at least {_LEAST_PREFIX} letters"
    elif "*" in name.removesuffix("*"):
        yield "may have a * at its end alone"
    elif name.endswith("*") and any(one.startswith(bare) for one in _ORIGIN):
        yield f"{name} meets a field that says where data came from; write the names out"


def _unknown(name: str, known: Sequence[str]) -> Iterator[str]:
    if not set(ours(name)).intersection(known):
        close = difflib.get_close_matches(name, known, 1)
        hint = f"write {close[0]}" if close else f"there are {', '.join(known)}"
        yield f"{name} is no field of a lead; {hint}"


def _of_share(party: Party, share: Share) -> Iterator[Mistake]:
    for kind, names in (("only", share.only), ("never", share.never)):
        for at, name in enumerate(names or ()):
            yield from (((kind, at), said) for said in _unknown(name, GIVEN))
    needed = _NEEDED.get(party, ())
    if needed and not set(needed).difference(withheld_by(share)):
        yield (), f"leaves {party.value} nothing to know persons by; leave it {' or '.join(needed)}"


def withheld_by(share: Share) -> frozenset[str]:
    """The fields of ours that a party does not get."""
    named = frozenset(one for name in (share.only or share.never or ()) for one in ours(name))
    return frozenset(GIVEN) - named if share.only is not None else named


def _nobody_left(book: PolicyBook) -> Iterator[Mistake]:
    barred = {one for rule in book.forbidden or () for name in rule.fields for one in meant(name)}
    if {"linkedin_url", "email"} <= barred:
        yield ("forbidden",), "keeps out every lead: leave linkedin_url or email in"


def meant(name: str) -> tuple[str, ...]:
    """The fields of ours that a name in a policy means, one with a ``*`` as well."""
    if name.endswith("*"):
        return tuple(one for one in HELD if plain(one).startswith(plain(name)))
    return ours(name)
