"""``POST /leads`` and ``GET /leads/{id}`` over a real ledger."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.leads.scoring import score
from tests.integration.api_door import AUTHORIZED, LEAD, Door, open_door
from tests.unit.domain.factories import ENRICHMENT, VALUES, WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A new installation's door."""
    with open_door(tmp_path) as door:
        yield door


def lead(slug: str, **fields: Any) -> dict[str, Any]:
    """A good lead of that name."""
    return {**LEAD, "linkedin_url": f"https://www.linkedin.com/in/{slug}", **fields}


def test_one_lead_is_taken_in_and_can_be_read_back(door: Door) -> None:
    """202 with the lead's id, under which it stands as received."""
    answer = door.post(LEAD)
    assert answer.status_code == 202
    (accepted,) = answer.json()["accepted"]
    assert (accepted["index"], accepted["duplicate"], answer.json()["rejected"]) == (0, False, [])
    found = door.call("GET", f"/leads/{accepted['lead_id']}")
    assert found.status_code == 200
    shown = found.json()
    assert shown["lead_id"] == accepted["lead_id"]
    assert (shown["state"], shown["staleness"], shown["fallback"]) == ("received", None, False)
    assert shown["linkedin_url"] == LEAD["linkedin_url"]


def test_while_clay_is_away_what_is_known_is_shown_as_a_fallback(door: Door) -> None:
    """The same values with the same age; before anything is known there is nothing to fall back on."""
    lead_id = door.post(LEAD).json()["accepted"][0]["lead_id"]
    door.app.pause("clay", 60.0)
    assert door.call("GET", f"/leads/{lead_id}").json()["fallback"] is False
    found = replace(ENRICHMENT, enriched_at=datetime.now(UTC))
    with door.app.ledger.begin() as tx:
        tx.leads.enriched({lead_id: (found, score(VALUES, WEIGHTS))})
    away = door.call("GET", f"/leads/{lead_id}").json()
    assert (away["staleness"], away["fallback"]) == ("fresh", True)
    door.app.resume("clay")
    assert door.call("GET", f"/leads/{lead_id}").json() == {**away, "fallback": False}


def test_a_batch_is_judged_lead_by_lead(door: Door) -> None:
    """Good ones go in with their index, bad ones come back with a reason, repetitions are duplicates."""
    leads = [lead("ilse"), lead("odile", source_type="webinar"), lead("ilse"), 7, lead("kofi")]
    answer = door.post({"leads": leads}).json()
    accepted = [(one["index"], one["duplicate"]) for one in answer["accepted"]]
    assert accepted == [(0, False), (2, True), (4, False)]
    assert [one["index"] for one in answer["rejected"]] == [1, 3]
    assert answer["rejected"][0]["errors"][0]["field"] == "source_type"
    assert door.leads() == 2


def test_a_single_bad_lead_is_422(door: Door) -> None:
    """And nothing is taken in."""
    answer = door.post(lead("odile", scraped_at="last week"))
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid_lead"
    assert answer.json()["rejected"][0]["errors"][0]["field"] == "scraped_at"
    assert door.leads() == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe\x00", 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b"null", 422),
        (b'{"leads": {}}', 422),
        (b"{}", 422),
        (json.dumps({"leads": [{}] * 1001}).encode(), 422),
    ],
)
def test_an_unfit_body_is_refused_as_a_whole(door: Door, body: bytes, status: int) -> None:
    """With an error in the one shape."""
    answer = door.call("POST", "/leads", data=body)
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message"}


def test_errors_do_not_repeat_what_was_sent(door: Door) -> None:
    """A value may be personal data."""
    secret = "mara.ellingsen@private.example"
    answer = door.post(lead("odile", source_type=secret, scraped_at=secret, source_url=secret))
    assert answer.status_code == 422
    assert "private.example" not in answer.text


def test_a_body_over_10_mb_is_413_whether_its_length_is_declared_or_not(door: Door) -> None:
    """It is refused while it is read, not after."""
    chunk = b" " * (1 << 20)
    assert door.call("POST", "/leads", data=chunk * 11).status_code == 413

    def chunks() -> Iterator[bytes]:
        for _ in range(11):
            yield chunk

    assert door.call("POST", "/leads", data=chunks()).status_code == 413


def test_the_same_idempotency_key_gets_the_same_answer(door: Door) -> None:
    """Although the lead would now be a duplicate; and the intake is counted once."""
    first = door.post(LEAD, **{"Idempotency-Key": "k1"})
    again = door.post(LEAD, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again.json()["accepted"][0]["duplicate"] is False
    assert door.app.status()["balanced"]


def test_an_idempotency_key_with_another_body_is_409(door: Door) -> None:
    """And takes nothing in."""
    door.post(LEAD, **{"Idempotency-Key": "k1"})
    other = door.post(lead("kofi"), **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")
    assert door.leads() == 1


def test_an_idempotency_key_belongs_to_its_caller(door: Door) -> None:
    """Another caller's key of the same name is another key."""
    door.post(LEAD, **{"Idempotency-Key": "k1"})
    other = door.post(lead("kofi"), **{"Idempotency-Key": "k1", "Authorization": "Bearer second-key"})
    assert other.status_code == 202


def test_one_key_sent_by_many_at_once_is_one_intake(door: Door) -> None:
    """Within a group as across groups."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: door.post(LEAD, **{"Idempotency-Key": "k1"}).json(), range(24)))
    assert all(answer == answers[0] for answer in answers)
    assert (door.leads(), door.app.status()["balanced"]) == (1, True)


@pytest.mark.parametrize("lead_id", ["x", "01J0000000000000000000000Z", "..%2f..", "%00"])
def test_an_unknown_lead_is_404(door: Door, lead_id: str) -> None:
    """Whatever the id looks like."""
    assert door.call("GET", f"/leads/{lead_id}", headers=AUTHORIZED).status_code == 404
