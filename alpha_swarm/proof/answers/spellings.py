"""The same person as different lists write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

_PROFILES: tuple[Callable[[str], str], ...] = (
    lambda slug: f"https://www.linkedin.com/in/{slug}",
    lambda slug: f"http://linkedin.com/in/{slug}/",
    lambda slug: f"  https://de.linkedin.com/in/{slug}?trk=people-guest&originalSubdomain=de ",
    lambda slug: f"HTTPS://WWW.LinkedIn.com/IN/{slug.upper()}/en",
    lambda slug: f"linkedin.com/in/{slug.title()}#experience",
    lambda slug: f"https://m.linkedin.com//in//{quote(slug).replace('-', '%2D')}/details/skills/\t",
)
_EMAILS: tuple[Callable[[str], str], ...] = (
    lambda name: f"{name}@works.example",
    lambda name: f"  {name.upper()}@Works.EXAMPLE ",
    lambda name: f"{name.title()}@works.example\n",
)


def spelled(person: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The person in another form."""
    if "email" in person:
        return {**person, "email": chance.choice(_EMAILS)(person["email"].partition("@")[0])}
    slug = person["linkedin_url"].rpartition("/")[2]
    return {**person, "linkedin_url": chance.choice(_PROFILES)(slug)}
