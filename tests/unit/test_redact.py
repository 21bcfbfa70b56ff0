"""Nothing personal or secret passes the gate of logs and error reports."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.redact import redact, redact_mapping


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("to ann.lee+x@acme.co.uk now", "ann"),
        ("to jörg@exämple.de", "jörg"),
        ("<ann@acme.com>", "acme"),
        ("GET /find?email=ann%40acme.com HTTP/1.1", "ann"),
        ("ann%40acme.com", "ann"),
        ("https://api.example.com/a?number=123&x=y", "number"),
        ("https://www.linkedin.com/in/ann-lee/", "ann"),
        ("linkedin.com/pub/ann-lee/1/2/3", "ann"),
        ("call +1 (415) 555-1234 please", "555"),
        ("call (415) 555-1234", "555"),
        ("call 415.555.1234", "555"),
        ("call 4155551234", "555"),
        ("call 0171 1234567", "123"),
        ("+4917112345678", "123"),
        ("Authorization: Bearer abc.def-ghi", "abc"),
        ("api_key=s3cr3t&x", "s3cr3t"),
        ('{"token": "s3cr3t"}', "s3cr3t"),
        ("pit-12345678-abcd-ef00", "abcd"),
        ("redis://:s3cr3t@host:6379/0", "s3cr3t"),
        ("postgresql://user:s3cr3t@host/db", "s3cr3t"),
    ],
)
def test_it_goes(text: str, secret: str) -> None:
    """One kind of thing that must not leave."""
    assert secret not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "clay add rows answered 504 provider_timeout",
        "2026-01-15T10:05:00Z",
        "2026-01-15 10:05:00.123456+00:00",
        "took 0.1234567890123 s",
        "lead 01KC1ZJ4Y5V8C3W6N7Q2R9T0AB of batch 12",
        "127.0.0.1:54321",
        "what? nothing",
        "row_abc123xyz",
        "https://www.linkedin.com/company/acme",
        "the token expired",
    ],
)
def test_it_stays(text: str) -> None:
    """What is needed to understand a log is left alone."""
    assert redact(text) == text


@given(st.text() | st.from_regex(r"[\w.@:/?=&%+ -]{0,40}"))
def test_redacting_twice_changes_nothing(text: str) -> None:
    """The marks that are put in are not taken for something to hide."""
    once = redact(text)
    assert redact(once) == once


@given(st.emails(), st.text(alphabet=" ,;()<>", min_size=1, max_size=3))
def test_no_email_survives(email: str, around: str) -> None:
    """Wherever it stands between separators."""
    _, _, domain = email.partition("@")
    assert f"@{domain}" not in redact(f"x{around}{email}{around}x")


@pytest.mark.parametrize(
    "character", ["a", "1", "@", "?a=", "%40", "+1 ", "http://", "linkedin.com/", "bearer ", "(", " "]
)
def test_time_grows_with_the_length_and_no_faster(character: str) -> None:
    """Eight times the text takes less than 64 times the time a square would; the margin of 4 is for noise."""
    short, long = character * 20_000, character * 160_000
    redact(short)

    def seconds(text: str) -> float:
        started = time.thread_time()
        redact(text)
        return time.thread_time() - started

    assert min(seconds(long) for _ in range(3)) < 32 * max(min(seconds(short) for _ in range(3)), 0.002)


def test_mappings_lose_what_stands_under_personal_names() -> None:
    """Names of people look like any word, so the key decides."""
    data: dict[str, Any] = {
        "first_name": "Ann",
        "lead": {"email_work": "x", "values": [{"phone": "1"}, "ann@acme.com"]},
        "api_key": "k",
        "status": 504,
        "ok": True,
        "none": None,
    }
    assert redact_mapping(data) == {
        "first_name": "[redacted]",
        "lead": {"email_work": "[redacted]", "values": [{"phone": "[redacted]"}, "[email]"]},
        "api_key": "[redacted]",
        "status": 504,
        "ok": True,
        "none": None,
    }


def test_a_mapping_within_itself_comes_to_an_end() -> None:
    """Depth is bounded."""
    data: dict[str, Any] = {}
    data["again"] = data
    assert "[too deep]" in str(redact_mapping(data))


def test_the_address_of_a_webhook_source_is_a_secret() -> None:
    """Whoever knows it can write into its table."""
    for path in ("pull-in-data-from-a-webhook-6f1c7c1e-0000", "6f1c7c1e-0000"):
        text = f"POST https://api.clay.com/v3/sources/webhook/{path} failed"
        assert redact(text) == "POST https://api.clay.com/v3/sources/webhook/[secret] failed"


def test_the_secret_of_a_sender_that_cannot_sign_goes_out_of_its_path() -> None:
    """The doors' own names stay."""
    for path in ("/webhooks/crm/hubspot", "/webhooks/clay/routines"):
        assert (
            redact(f"POST https://leads.example{path} failed") == f"POST https://leads.example{path} failed"
        )
    text = "POST https://leads.example/webhooks/crm/salesforce/abc-123 failed"
    assert redact(text) == "POST https://leads.example/webhooks/crm/salesforce/[secret] failed"
