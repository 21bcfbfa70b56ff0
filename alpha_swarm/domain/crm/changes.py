"""What a sync changes in a contact's record: it fills and improves, and takes nothing away.

Fields are named as in the output payload. A value that is the same in another spelling is no change, a blank
is never written unless the person asked for it, and what people wrote stands for a set time, whatever the
rule of the field says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.crm.write_rules import HUMAN, PROTECTED, Rule, WriteRules

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
#: They say when and by whom something was written, and are no news by themselves.
ATTENDANT = frozenset({"enriched_at", "lead_id"})


@dataclass(frozen=True, slots=True)
class Change:
    """What is sent of a contact."""

    before: Mapping[str, Any] | None
    """What stood in the fields of ``after`` (a blank is absent); ``None`` where there was no record."""
    after: Mapping[str, Any]
    """What is written; empty where nothing has to be."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Field → why what stands there is left, where ours differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What we know of a contact's values besides the values."""

    providers: Mapping[str, str] = field(default_factory=dict)
    """Field → who found its value."""
    written: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    """Field → the values as which it may stand there by us; absent if we never wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """The record as it stands."""

    fields: Mapping[str, Any]
    """Without blanks."""
    modified_at: datetime | None
    """When somebody last changed anything of it; ``None`` where the system does not say."""


def creation(fields: Mapping[str, Any], rules: WriteRules, allowed: Collection[str] = ()) -> Change:
    """A new record holds all that may be written at all; ``allowed``: what a person allowed besides."""
    kept = {name: "never" for name in fields if rules.of(name) is Rule.NEVER and name not in allowed}
    return Change(before=None, after=_without(fields, kept), kept=kept)


def improvement(
    fields: Mapping[str, Any],
    theirs: Theirs,
    ours: Ours,
    rules: WriteRules,
    now: datetime,
    allowed: Collection[str] = (),
) -> Change:
    """What of these fields the record shall be given.

    Args:
        fields: what we have, without blanks.
        theirs: what stands.
        ours: where our values come from, and what we wrote before.
        rules: the CRM's.
        now: UTC.
        allowed: fields that a person allowed to be written, whatever stands there and the rules say.
    """
    differing = {
        name: value for name, value in fields.items() if not same(name, value, theirs.fields.get(name))
    }
    reasons = {
        name: None if name in allowed else _reason_to_keep(name, theirs, ours, rules, now)
        for name in differing
    }
    kept = {name: reason for name, reason in reasons.items() if reason}
    after = _without(differing, kept)
    if after.keys() <= ATTENDANT:
        after = {}
    return Change(
        before={name: theirs.fields[name] for name in after if name in theirs.fields}, after=after, kept=kept
    )


def without(change: Change, standing: Mapping[str, Any], names: Collection[str]) -> Change:
    """The same, and nothing left in these fields: a person asked for it."""
    if not names:
        return change
    before = {**(change.before or {}), **{name: standing[name] for name in names}}
    return replace(change, before=before, after={**change.after, **dict.fromkeys(sorted(names))})


def same(name: str, one: Any, other: Any) -> bool:
    """Whether two spellings say the same."""
    if one is None or other is None:
        return one is other
    if isinstance(one, str) and one == other:
        return True
    return bool(spelt(name, one) == spelt(name, other))


def fields_alike(names: Iterable[str], one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Those of the fields that say the same in both."""
    return [name for name in names if same(name, one.get(name), other.get(name))]


def _reason_to_keep(name: str, theirs: Theirs, ours: Ours, rules: WriteRules, now: datetime) -> str | None:
    rule = rules.of(name)
    if rule is Rule.NEVER:
        return "never"
    if _edited(name, theirs, ours) and _fresh(theirs, rules, now):
        return "edited by somebody"
    if name in theirs.fields and rule is Rule.FILL_IF_EMPTY:
        return "not empty"
    if name in theirs.fields and rule is Rule.IF_BETTER and not _better(name, theirs, ours, rules):
        return "not better"
    return None


def _edited(name: str, theirs: Theirs, ours: Ours) -> bool:
    """Whether what stands is somebody else's: a blank too, where we had written something."""
    standing = theirs.fields.get(name)
    if name in ours.written:
        return not any(same(name, standing, value) for value in ours.written[name])
    return standing is not None


def _fresh(theirs: Theirs, rules: WriteRules, now: datetime) -> bool:
    """Whether an edit still wins; what nobody dates is taken for new."""
    if theirs.modified_at is None:
        return rules.edits_win_days > 0
    return now - theirs.modified_at < timedelta(days=rules.edits_win_days)


def _better(name: str, theirs: Theirs, ours: Ours, rules: WriteRules) -> bool:
    """Our own earlier value gives way to a newer one; anybody else's to a source that ranks higher.

    Whoever protects a field has it filled, and kept up where it is ours.
    """
    if not _edited(name, theirs, ours):
        return True
    return name not in PROTECTED and rules.rank(ours.providers.get(name)) > rules.rank(HUMAN)


def _without(fields: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def spelt(name: str, value: Any) -> Any:
    """The value in the one spelling in which all are alike that say the same."""
    text = str(value).strip()
    number = _number(text)
    if number is not None and name != "phone":
        return number
    spell = _SPELLINGS.get(name)
    return spell(text) if spell else text


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


_SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "email": str.casefold,
    "phone": _digits,
    "linkedin_url": lambda text: text.casefold().rstrip("/"),
    "company_domain": lambda text: text.casefold().removeprefix("https://").rstrip("/"),
}
