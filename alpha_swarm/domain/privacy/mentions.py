"""The parts of a letter that are about one person, and of nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from alpha_swarm.domain.leads.identity import profile_slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.domain.privacy.rights import Identifiers

#: In place of a letter that cannot be read: what stands beside the person in it is not known.
UNREADABLE = "this letter cannot be taken apart, and names the person"
_SHORTEST_PROFILE = len("linkedin.com/in/a")


@dataclass(frozen=True, slots=True)
class Names:
    """By what a person is recognised in a text."""

    plain: frozenset[str]
    slugs: frozenset[str]

    @classmethod
    def of(cls, who: Identifiers) -> Names:
        """Ids as they are, addresses in lower case, profiles in whatever spelling."""
        ids = (*who.lead_ids, *(one for ids in who.records.values() for one in ids))
        slugs = (profile_slug(url) for url in who.linkedin)
        plain = {one.lower() for one in (*ids, *who.emails, *who.phones)}
        return cls(frozenset(plain), frozenset(slug for slug in slugs if slug))

    def mean(self, text: str) -> bool:
        """Whether the text is one of the person's names."""
        if text.strip().lower() in self.plain:
            return True
        return len(text) >= _SHORTEST_PROFILE and "linkedin." in text and profile_slug(text) in self.slugs


def parts_about(body: bytes, names: Names) -> list[Any]:
    """The smallest objects of a JSON text in which the person is named."""
    try:
        read = from_json(body)
    except ValueError:
        text = body.decode(errors="replace").lower()
        return [UNREADABLE] if any(name in text for name in (*names.plain, *names.slugs)) else []
    return list(_about(read, names))


def _about(value: Any, names: Names) -> Iterator[Any]:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    named = any(_is_named(one, names) for one in members)
    if named:
        yield value
    else:
        for one in members:
            yield from _about(one, names)


def _is_named(value: Any, names: Names) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) in names.plain
    return isinstance(value, str) and names.mean(value)
