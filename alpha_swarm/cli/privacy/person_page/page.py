"""What is held of a person, as a page in plain words that needs no script and nothing from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from alpha_swarm.cli.privacy.person_page import wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OURS = "alpha_swarm"
_TRAIL = ("provenance", "providers_used")


def page(told: Mapping[str, Any]) -> str:
    """The whole document, as HTML.

    Args:
        told: as ``privacy access --json`` prints it.
    """
    held = told["personal_data"]
    return (
        _environment()
        .get_template("person.html")
        .render(
            **{**told, "letters": [_flat(one) for letter in told["letters"] for one in letter["about"]]},
            moment=wording.moment(told["generated_at"]),
            values=list(_values(told)),
            elsewhere={
                wording.system(name): [_flat(_without_trail(one)) for one in records]
                for name, records in held.items()
                if name != _OURS
            },
            score=[one["score"] for one in held[_OURS] if one.get("score")],
            put_right=[one["put_right"] for one in held[_OURS] if one.get("put_right")],
        )
    )


def _values(told: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Each value with where it came from and when, in whatever lead it stands."""
    trails = told["provenance"]
    people = [one for one in told["personal_data"][_OURS] if "taken_in" in one]
    for one, trail in zip(people, trails, strict=True):
        found = (one["found"] or {}).get("values", {})
        yield from _rows(one["taken_in"], trail["collection"]["fields"])
        yield from _rows(found, trail["enrichment"]["fields"])
        yield from _rows(one["taken_in"], _met(trail["collection"]))


def _rows(values: Mapping[str, Any], origins: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for name, origin in origins.items():
        if values.get(name) not in (None, [], ()):
            yield {
                "name": wording.field(name),
                "value": wording.plain(values[name]),
                "source": wording.source(origin["provider"]),
                "at": wording.moment(origin["timestamp"]),
                "sure": wording.share(origin.get("confidence")),
            }


def _met(collection: Mapping[str, Any]) -> dict[str, Any]:
    """What was noted of how the person was met."""
    origin = {"provider": collection["collector"], "timestamp": collection["collected_at"]}
    return dict.fromkeys(("source_name", "source_url", "engagement_action", "engagement_content"), origin)


def _without_trail(record: Mapping[str, Any]) -> dict[str, Any]:
    """The trail is ours, and the page tells it in its own words."""
    return {name: value for name, value in record.items() if name not in _TRAIL}


def _flat(record: Any) -> list[tuple[str, str]]:
    """A record as names and values, what lies inside it under both names."""
    return list(_members("", record))


def _members(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _members(f"{name} / {key}" if name else str(key), member)
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for place, member in enumerate(value, 1):
            yield from _members(f"{name} {place}", member)
    elif value not in (None, "", []):
        yield wording.field(name or "text"), wording.plain(value)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("alpha_swarm.cli.privacy.person_page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (wording.moment, wording.field, wording.plain, wording.system, wording.source, wording.event)
    environment.filters.update({one.__name__: one for one in filters})
    return environment
