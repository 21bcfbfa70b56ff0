"""Whose record it is, and how all records of a person are seen to, whoever the vendor is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from alpha_swarm.connectors.text import clean
from alpha_swarm.domain.privacy.rights import Identifiers
from alpha_swarm.errors import STOPPING, AlphaSwarmError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alpha_swarm.connectors.calls import Answer

Came: TypeAlias = "Answer | AlphaSwarmError"
#: A vendor that shows one duplicate at a time is asked so often at the most.
MOST_ROUNDS = 100
_MOST_NAMED = 20
#: In the text of a task, which has less room.
MOST_NAMED_IN_TASK = 4


@dataclass(frozen=True, slots=True)
class Match:
    """A record that was found by what a person is known by."""

    id: str
    emails: frozenset[str]
    """In lower case."""
    named: bool = False
    """Whether it was found by its own id or by the lead's, which no other person's record has."""
    raw: Mapping[str, Any] | None = None
    profile: str | None = None


def names_of(matches: Iterable[Match]) -> Identifiers:
    """By what else whoever has these records is known; by a phone nobody is known elsewhere."""
    found = list(matches)
    return Identifiers(
        emails=tuple(sorted({email for one in found for email in one.emails})),
        linkedin=tuple(sorted({one.profile for one in found if one.profile})),
    )


def sendable(who: Identifiers) -> Identifiers:
    """Without blanks and what no call can carry: no record has either."""
    return Identifiers(
        lead_ids=_texts(who.lead_ids),
        emails=_texts(who.emails),
        phones=_texts(who.phones),
        linkedin=who.linkedin,
        records={system: _texts(ids) for system, ids in who.records.items()},
    )


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for one in values if (text := clean(one))))


def listed(ids: Iterable[str], most: int = _MOST_NAMED) -> str:
    """So many that a person can look at them, and how many there are besides."""
    every = sorted(ids)
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more} more" if more > 0 else "")


class Whose:
    """Tells a person's records from those of others who share a phone, such as a company's switchboard."""

    def __init__(self, who: Identifiers) -> None:
        self._emails = {email.lower() for email in who.emails}
        self.others: set[str] = set()
        """The ids of records that have the phone and somebody else's e-mail."""

    def own(self, matches: Iterable[Match]) -> list[Match]:
        """The person's: whoever has another e-mail is another person, whatever the phone."""
        found = list(matches)
        self._learn(found)
        own = [one for one in found if one.named or not one.emails or one.emails & self._emails]
        self.others |= {one.id for one in found} - {one.id for one in own}
        return own

    def note(self, *more: str | None) -> str | None:
        """One line for the receipt, ``None`` where there is nothing to say."""
        parts = [part for part in more if part]
        if self.others:
            parts.append(
                f"left, as they have the phone and another e-mail: {listed(self.others)}; look at them"
            )
        return "; ".join(parts) or None

    def _learn(self, found: Sequence[Match]) -> None:
        """The person's records may have more; who is known by none has the one that all others agree on."""
        self._emails |= {email for one in found if one.named for email in one.emails}
        emails = {one.emails for one in found if one.emails}
        if not self._emails and len(emails) == 1:
            self._emails |= emails.pop()


def see_to_all(
    target: str,
    look: Callable[[], Iterable[str]],
    act: Callable[[Sequence[str]], AlphaSwarmError | None],
) -> int:
    """Remove or silence what is found, and look again until nothing is: how many records there were.

    What an answer says counts for less than what stands there afterwards, so an answer that was lost is no
    matter. ``act`` gives back a verdict on some of them.

    Raises:
        AlphaSwarmError: something is still there; the same again sees to the rest.
    """
    done: set[str] = set()
    verdict: AlphaSwarmError | None = None
    for _ in range(MOST_ROUNDS):
        found = list(dict.fromkeys(look()))
        if not found:
            return len(done)
        if done.intersection(found):
            break
        verdict = act(found)
        done.update(found)
    raise verdict or RetryLaterError(f"{target} still has such records of the person; it is tried again")


def verdict_of(
    portions: Iterable[Mapping[int, Came]], judged: Callable[[int, Answer], AlphaSwarmError | None]
) -> AlphaSwarmError | None:
    """One of the verdicts on calls that are sent side by side, after all of them.

    Raises what stops the target.
    """
    verdicts = [verdict for portion in portions for verdict in _verdicts(portion, judged)]
    for verdict in verdicts:
        if isinstance(verdict, STOPPING):
            raise verdict
    return verdicts[0] if verdicts else None


def _verdicts(
    portion: Mapping[int, Came], judged: Callable[[int, Answer], AlphaSwarmError | None]
) -> Iterator[AlphaSwarmError]:
    for place, came in portion.items():
        verdict = came if isinstance(came, AlphaSwarmError) else judged(place, came)
        if verdict is not None:
            yield verdict
