"""One person, one spelling."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.domain.leads.identity import canonical_url, identity_of, profile_slug
from tests.unit.domain.factories import INPUT

SLUGS = st.text(st.characters(categories=("L", "Nd", "Mn", "So")) | st.just("-"), min_size=1, max_size=40)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com/in/ada-example",
        "http://linkedin.com/in/ada-example",
        "linkedin.com/in/ada-example/",
        "www.linkedin.com/in/ada-example",
        "//www.linkedin.com/in/ada-example",
        "HTTPS://WWW.LinkedIn.COM/IN/Ada-Example/?utm_source=x",
        "https://uk.linkedin.com/in/ada-example?trk=people-guest&originalSubdomain=uk",
        "https://m.linkedin.com/in/ada-example",
        "https://www.linkedin.com:443/in/ada-example",
        "https://www.linkedin.com./in/ada-example",
        "https://www.linkedin.com//in//ada-example#experience",
        "https://www.linkedin.com/in/ada-example/en",
        "https://www.linkedin.com/in/ada-example/pt-br/",
        "https://www.linkedin.com/in/ada-example/details/experience/",
        "https://www.linkedin.com/in/%61da%2Dexample",
        "https://www.linkedin.com/in/%2561da-example",
        "  https://www.linkedin.com/in/ada-example\u200b ",
    ],
)
def test_every_spelling_of_a_profile_is_one_slug(url: str) -> None:
    """Scheme, host, case, encoding, query and what follows the name do not matter."""
    assert profile_slug(url) == "ada-example"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "n/a",
        "ada-example",
        "https://www.linkedin.com/",
        "https://www.linkedin.com/in/",
        "https://www.linkedin.com/in/%20",
        "https://www.linkedin.com/in/..",
        "https://www.linkedin.com/in/ada%2Fexample",
        "https://www.linkedin.com/in/ada example",
        "https://www.linkedin.com/in/ada\nexample",
        "https://www.linkedin.com/in/%E9ric",
        "https://www.linkedin.com/in/%25252525ada",
        "https://www.linkedin.com/in/" + "a" * 201,
        "https://www.linkedin.com/company/example",
        "https://www.linkedin.com/school/example",
        "https://www.linkedin.com/sales/lead/ACwAAA,NAME_SEARCH",
        "https://www.linkedin.com/pub/dir/Ada/Example/1/2",
        "https://www.linkedin.com/pub/ada-example/1/2",
        "https://example.com/in/ada-example",
        "https://notlinkedin.com/in/ada-example",
        "https://www.linkedin.com.evil.example/in/ada-example",
        "https://www.linkedin.com@evil.example/in/ada-example",
        "https://evil.example\\@www.linkedin.com/in/ada-example",
        "https://someone@www.linkedin.com/in/ada-example",
        "https://l\u0456nkedin.com/in/ada-example",
        "https://www.linkedin.com:8080/in/ada-example",
        "https://www.linkedin.com:port/in/ada-example",
        "https://[www.linkedin.com/in/ada-example",
        "ftp://www.linkedin.com/in/ada-example",
        "javascript:alert(1)",
        "javascript://www.linkedin.com/in/ada-example",
        "mailto:ada@www.linkedin.com/in/ada-example",
    ],
)
def test_what_is_no_profile_has_no_slug(url: str) -> None:
    """Other pages, other hosts, look-alikes and other schemes are refused."""
    assert profile_slug(url) is None


def test_pub_keeps_its_three_parts() -> None:
    """People under ``/pub/`` share names; the parts tell them apart."""
    slug = profile_slug("http://uk.linkedin.com/pub/Ada-Example/1A/b23/4c5/en?trk=x")

    assert slug == "pub/ada-example/1a/b23/4c5"
    assert profile_slug("linkedin.com/pub/ada-example/1a/b23/4c6") != slug
    assert canonical_url(slug) == "https://www.linkedin.com/pub/ada-example/1a/b23/4c5"
    assert profile_slug(canonical_url(slug)) == slug


def test_composed_and_decomposed_letters_are_one_slug() -> None:
    """The same letters in two forms of Unicode are the same name."""
    composed, decomposed = "zoé-example", unicodedata.normalize("NFD", "zoé-example")

    assert profile_slug(f"linkedin.com/in/{composed}") == profile_slug(f"linkedin.com/in/{quote(decomposed)}")


def test_letters_that_only_look_alike_stay_two_people() -> None:
    """Case folding would turn ß into ss, which is another name."""
    assert profile_slug("linkedin.com/in/strauß") != profile_slug("linkedin.com/in/strauss")


def test_the_canonical_url_is_ascii() -> None:
    """Every letter beyond ASCII is percent-encoded as UTF-8."""
    assert canonical_url("池田-a1") == "https://www.linkedin.com/in/%E6%B1%A0%E7%94%B0-a1"


@given(SLUGS, st.sampled_from(["", "/", "?trk=x", "#about", "/en", "/pt-br/?x=1"]), st.booleans())
def test_spelling_does_not_change_the_slug(name: str, ending: str, encoded: bool) -> None:  # noqa: FBT001
    """For any name: host, ending and encoding give the slug of the plain URL."""
    plain = profile_slug(f"https://www.linkedin.com/in/{name}")

    assert profile_slug(f"uk.linkedin.com/in/{quote(name) if encoded else name}{ending}") == plain


@given(SLUGS)
def test_normalising_twice_is_normalising_once(name: str) -> None:
    """The canonical URL is a spelling of the same profile."""
    slug = profile_slug(f"https://www.linkedin.com/in/{name}")

    assert slug is not None
    assert profile_slug(canonical_url(slug)) == slug
    assert canonical_url(slug).isascii()


@given(st.text() | st.text().map(lambda tail: f"https://www.linkedin.com/in/{tail}"))
def test_any_text_has_a_slug_that_round_trips_or_none(text: str) -> None:
    """No text crashes it, and no slug comes out that would not be found again."""
    slug = profile_slug(text)

    assert slug is None or profile_slug(canonical_url(slug)) == slug


def test_identity_is_the_profile_else_the_email_else_the_company() -> None:
    """The surest thing known about a lead names it."""
    everything = replace(INPUT, email="Ada@Works.example", company_domain="Works.example")
    without_profile = replace(everything, linkedin_url=None)
    company_only = replace(without_profile, email=None)

    assert identity_of(everything) == "linkedin:ada-example"
    assert identity_of(without_profile) == "email:ada@works.example"
    assert identity_of(company_only) == "company:works.example"


def test_nobody_has_no_identity() -> None:
    """A lead without any of the three is a mistake of ours."""
    with pytest.raises(ValueError, match="needs a linkedin_url"):
        identity_of(replace(INPUT, linkedin_url=None))
