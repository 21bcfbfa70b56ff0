"""Who is who, and what was seen of whom, do not depend on spelling, order or number."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from alpha_swarm.domain.doors.intake import read_lead
from alpha_swarm.domain.leads.identity import canonical_url, identity_of, profile_slug
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.ledger.schema.tables import sightings as seen_again
from tests.integration.ledger.actors import add, arrival, config
from tests.integration.world import NOW, person
from tests.properties.installation import template

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

SLUGS = st.text(st.characters(categories=("L", "Nd", "Mn")) | st.just("-"), min_size=1, max_size=30)
NAMES = st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True)
SIGHTINGS = st.lists(
    st.tuples(st.sampled_from(["ada", "bob"]), st.integers(0, 5), st.sampled_from(["Rival", "Fair"])),
    min_size=1,
    max_size=8,
)


def known_as(name: str) -> str:
    """The letters that make up a name: composed, and small where there is a small form."""
    composed = unicodedata.normalize("NFC", name)
    return unicodedata.normalize("NFC", composed.lower())


@settings(deadline=None)
@given(SLUGS, SLUGS)
def test_two_names_are_one_person_only_if_case_and_composition_alone_differ(one: str, other: str) -> None:
    same = profile_slug(f"linkedin.com/in/{one}") == profile_slug(f"linkedin.com/in/{other}")
    assert same == (known_as(one) == known_as(other))


@settings(deadline=None)
@given(SLUGS, st.sampled_from([str.upper, str.lower, str.swapcase]))
def test_case_does_not_change_who_it_is(name: str, change: Callable[[str], str]) -> None:
    """For names that have one small form for each capital one."""
    other = change(name)
    assume(known_as(other) == known_as(name))
    assert profile_slug(f"https://LINKEDIN.com/in/{other}") == profile_slug(f"linkedin.com/in/{name}")


@settings(deadline=None)
@given(NAMES, st.booleans(), st.sampled_from(["", " ", "\t", "\u200b"]))
def test_an_address_in_any_case_is_one_person(name: str, loud: bool, blank: str) -> None:  # noqa: FBT001
    known = {key: value for key, value in person(name).items() if key != "linkedin_url"}
    email = f"{name}@works.example"
    plain = read_lead({**known, "email": email}, now=NOW)
    spelled = read_lead({**known, "email": f"{blank}{email.upper() if loud else email}{blank}"}, now=NOW)
    assert identity_of(spelled) == identity_of(plain)


@settings(deadline=None)
@given(SLUGS)
def test_whoever_is_sent_on_is_found_again_through_any_door(name: str) -> None:
    """The canonical URL of an accepted lead leads to the same identity, again and again."""
    slug = profile_slug(f"linkedin.com/in/{name}")
    assert slug is not None
    lead = read_lead(person(slug), now=NOW)
    again = read_lead({**person(name), "linkedin_url": lead.linkedin_url}, now=NOW)
    assert lead.linkedin_url == again.linkedin_url == canonical_url(slug)
    assert identity_of(lead) == identity_of(again)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlLedger]:
    """A ledger for all examples; each has people of its own."""
    path: Path = tmp_path_factory.mktemp("laws") / "ledger.db"
    path.write_bytes(template().read_bytes())
    opened = SqlLedger(config(f"sqlite:///{path}"))
    yield opened
    opened.close()


def seen(
    ledger: SqlLedger, tag: int, sightings: Sequence[tuple[str, int, str]], size: int
) -> list[tuple[str, str, float]]:
    """(who, by whom, when) as it stands after these arrivals, so many in a transaction."""
    arrivals = [arrival(f"{name}-{tag}", hours=hours, source=source) for name, hours, source in sightings]
    ids = [
        lead_id for start in range(0, len(arrivals), size) for lead_id in add(ledger, arrivals[start:][:size])
    ]
    names = {lead_id: name for lead_id, (name, _, _) in zip(ids, sightings, strict=True)}
    columns = (seen_again.c.lead_id, seen_again.c.source_name, seen_again.c.collected_at)
    with ledger.read() as tx:
        rows = tx.session.rows(select(*columns).where(seen_again.c.lead_id.in_(ids)))
    return sorted((names[row.lead_id], row.source_name, row.collected_at) for row in rows)


@settings(deadline=None, max_examples=60)
@given(SIGHTINGS, st.randoms(use_true_random=False), st.integers(1, 4), st.integers(1, 3))
def test_what_was_seen_does_not_depend_on_order_or_number(
    ledger: SqlLedger, sightings: list[tuple[str, int, str]], chance: random.Random, size: int, times: int
) -> None:
    """In any order, in transactions of any size, one to three times."""
    shuffled = sightings * times
    chance.shuffle(shuffled)
    first, second = next(_TAGS), next(_TAGS)
    assert seen(ledger, first, sightings, len(sightings)) == seen(ledger, second, shuffled, size)


_TAGS = iter(range(10**9))
