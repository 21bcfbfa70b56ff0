"""What a record's result means for its contact."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.salesforce import facts
from alpha_swarm.domain.calls.effect import Again, Done, Held, Outcome, Refused
from alpha_swarm.domain.crm.changes import Change
from alpha_swarm.ports.crm import Contact, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alpha_swarm.connectors.salesforce.schemas import Problem, Result

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}")


@dataclass(frozen=True, slots=True)
class Write:
    """A contact and what is sent of it."""

    contact: Contact
    record: Record | None
    change: Change


@dataclass(frozen=True, slots=True)
class Rival:
    """Another record stands in the way of a new one; its id where the error names it."""

    record_id: str | None


#: A new record has a rival that no search finds.
CONTESTED = Held("a duplicate rule of salesforce takes the lead for another record: merge or allow it there")


@dataclass(frozen=True, slots=True)
class Misfit:
    """The org's fields are not as we remember them."""


Meaning = Outcome | Rival | Misfit


def meaning(write: Write, result: Result) -> Meaning:
    """By the codes of the errors: the first that says what to do decides."""
    if result.success:
        return _done(write, result)
    codes = {problem.code for problem in result.errors}
    for known, mean in _MEANINGS.items():
        if codes & known:
            return mean(write, result.errors)
    if not codes:
        return _again(write, result.errors)
    return Refused("refused", f"salesforce refuses the record: {_named(result.errors)}")


def _done(write: Write, result: Result) -> Outcome:
    reference = result.id or (write.record.id if write.record else "")
    if not reference:
        return Again("salesforce wrote it and names no id; looked up again", after=0)
    return Done(reference, {"action": "create_contact" if result.created else "update_contact"})


def _duplicate(write: Write, problems: list[Problem]) -> Outcome | Rival:
    if write.record is not None:
        return Held("another record in salesforce has the lead's e-mail or its id: merge them there")
    named = (facts.record_named(problem.message) for problem in problems)
    return Rival(next(filter(None, named), None))


def _held(_write: Write, problems: list[Problem]) -> Outcome:
    return Held(next(facts.HELD[problem.code] for problem in problems if problem.code in facts.HELD))


def _again(_write: Write, problems: list[Problem]) -> Outcome:
    return Again(f"salesforce could not write it now: {_named(problems)}")


def _full(_write: Write, problems: list[Problem]) -> Outcome:
    return Again(f"salesforce takes no more: {_named(problems)}", facts.PAUSE, burns_attempt=False)


def _gone(_write: Write, _problems: list[Problem]) -> Outcome:
    return Again("salesforce no longer has the record; looked up again", after=0)


def _misfit(_write: Write, _problems: list[Problem]) -> Meaning:
    return Misfit()


#: Codes → what they mean, what decides first on top.
_MEANINGS: Mapping[frozenset[str], Callable[[Write, list[Problem]], Meaning]] = {
    frozenset(facts.HELD): _held,
    facts.CHANGED: _misfit,
    facts.GONE: _gone,
    facts.DUPLICATE: _duplicate,
    facts.FULL: _full,
    facts.AGAIN: _again,
}


def _named(problems: list[Problem]) -> str:
    """Codes and fields, without the messages, which quote values."""
    return ", ".join(_one(problem) for problem in problems) or "no reason given"


def _one(problem: Problem) -> str:
    fields = [name for name in problem.fields if _NAME.fullmatch(name)]
    code = problem.code if _NAME.fullmatch(problem.code) else "an unknown code"
    return f"{code} ({', '.join(fields)})" if fields else code


def body(write: Write, record: dict[str, Any], external_id: str, blanks: dict[str, str]) -> dict[str, Any]:
    """A record of a collection: known ones by id, new ones by our own, with what the vendor insists on."""
    if write.record is not None:
        return {**record, "id": write.record.id}
    return {**blanks, **record, external_id: write.contact.lead_id}
