"""Answers of Instantly that a sandbox does not give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import responses

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.instantly.crm import Instantly
from alpha_swarm.connectors.instantly.facts import COUNTERS
from alpha_swarm.connectors.instantly.settings import InstantlyConfig
from alpha_swarm.domain.calls.effect import Again, Done, Outcome, Refused
from alpha_swarm.domain.states import Priority
from alpha_swarm.ports.crm import Contact
from tests.doubles import NoGate
from tests.upserting import upserted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import PreparedRequest

BASE = "https://api.instantly.ai/api/v2"
ADD, LIST = f"{BASE}/leads/add", f"{BASE}/leads/list"
ADDED = {"action": "add_to_campaign"}
NONE = {"action": "none"}


@pytest.fixture
def instantly() -> Iterator[Instantly]:
    """The connector."""
    crm = Instantly(InstantlyConfig(keys=("key",), campaign_id="c"), NoGate(), SystemClock())
    yield crm
    crm.close()


def upsert(instantly: Instantly, *names: str) -> list[Outcome]:
    """Write contacts whose e-mails begin with the names."""
    contacts = [
        Contact(
            lead_id=str(number),
            fields=instantly.fields({"email": f"{name}@acme.com"}),
            priority=Priority.NORMAL,
        )
        for number, name in enumerate(names)
    ]
    outcomes = upserted(instantly, contacts)
    return [outcomes[contact.lead_id] for contact in contacts]


def added(sent: int, *created: tuple[int, str, str | None], **counters: int) -> dict[str, Any]:
    """An answer to an upload."""
    leads = [{"index": index, "id": name, "email": email} for index, name, email in created]
    counts = dict.fromkeys(COUNTERS, 0) | {"leads_uploaded": len(created)} | counters
    return {"status": "success", "total_sent": sent, **counts, "created_leads": leads}


def listed(*records: tuple[str, str]) -> None:
    """What a look-up finds."""
    responses.post(LIST, json={"items": [{"id": name, "email": email} for name, email in records]})


def sent(number: int) -> dict[str, Any]:
    """What a call has sent."""
    body: dict[str, Any] = json.loads(responses.calls[number].request.body or b"")
    return body


@responses.activate
def test_ids_are_taken_by_index(instantly: Instantly) -> None:
    """And only the campaign is named, never a list besides."""
    responses.post(ADD, json=added(2, (1, "i2", "b@acme.com"), (0, "i1", None)))
    assert upsert(instantly, "a", "b") == [Done("i1", ADDED), Done("i2", ADDED)]
    assert sent(0).keys() == {"campaign_id", "skip_if_in_campaign", "leads"}


@responses.activate
def test_one_email_is_sent_once(instantly: Instantly) -> None:
    """The later one's values are; both leads get the record's id."""
    responses.post(ADD, json=added(1, (0, "i1", "a@acme.com")))
    assert upsert(instantly, "a", "A") == [Done("i1", NONE), Done("i1", ADDED)]
    assert len(sent(0)["leads"]) == 1


@responses.activate
def test_who_was_in_already_is_looked_up(instantly: Instantly) -> None:
    """Who is not found was not taken, and the counters say why."""
    responses.post(ADD, json=added(3, (0, "i1", "a@acme.com"), skipped_count=1, in_blocklist=1))
    listed(("i2", "B@acme.com"))
    assert upsert(instantly, "a", "b", "c") == [
        Done("i1", ADDED),
        Done("i2", NONE),
        Refused("not_taken", "instantly did not take it; of the batch: in_blocklist 1, skipped_count 1"),
    ]
    assert sent(1)["contacts"] == ["b@acme.com", "c@acme.com"]


@responses.activate
@pytest.mark.parametrize(
    "answer",
    [
        added(2, (0, "i1", "a@acme.com")),
        added(3, (0, "i1", "a@acme.com"), skipped_count=1),
        added(2, (0, "i1", "a@acme.com"), leads_uploaded=2),
    ],
)
def test_counters_that_do_not_add_up_are_not_believed(instantly: Instantly, answer: dict[str, Any]) -> None:
    """All are looked up, and who is not found goes again."""
    responses.post(ADD, json=answer)
    listed(("i1", "a@acme.com"))
    first, second = upsert(instantly, "a", "b")
    assert (first, type(second)) == (Done("i1", NONE), Again)
    assert sent(1)["contacts"] == ["a@acme.com", "b@acme.com"]


@responses.activate
@pytest.mark.parametrize("created", [(0, "wrong", "other@acme.com"), (7, "wrong", "a@acme.com")])
def test_an_id_of_somebody_else_is_not_taken(instantly: Instantly, created: tuple[int, str, str]) -> None:
    """The index must lead to the e-mail."""
    responses.post(ADD, json=added(1, created))
    listed(("right", "a@acme.com"))
    assert upsert(instantly, "a") == [Done("right", NONE)]


@responses.activate
def test_one_refused_lead_sinks_no_batch(instantly: Instantly) -> None:
    """A refused call names nobody, so its halves are tried alone until the bad lead is found."""

    def judge(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        emails = [lead["email"] for lead in json.loads(request.body or b"")["leads"]]
        if "c@acme.com" in emails:
            return 400, {}, json.dumps({"statusCode": 400, "error": "Bad Request", "message": "c@acme.com"})
        created = [(index, f"id-{email}", email) for index, email in enumerate(emails)]
        return 200, {}, json.dumps(added(len(emails), *created))

    responses.add_callback(responses.POST, ADD, judge)
    first, second, third, fourth = upsert(instantly, "a", "b", "c", "d")
    assert third == Refused("invalid_input", "instantly add leads answered 400 Bad Request")
    assert [first, second, fourth] == [Done(f"id-{name}@acme.com", ADDED) for name in "abd"]


@responses.activate
def test_look_ups_go_by_a_hundred(instantly: Instantly) -> None:
    """250 leads that were in already are three look-ups in the campaign, and three everywhere."""
    names = [f"p{number}" for number in range(250)]
    responses.post(ADD, json=added(250, skipped_count=250))
    responses.post(LIST, json={"items": []})
    assert {type(outcome) for outcome in upsert(instantly, *names)} == {Refused}
    assert [len(sent(number)["contacts"]) for number in range(1, 7)] == [100, 100, 50] * 2
    assert ["campaign" in sent(number) for number in range(1, 7)] == [True] * 3 + [False] * 3


@responses.activate
def test_a_lead_of_another_campaign_is_left_there(instantly: Instantly) -> None:
    """The service skips it, so it would be missed for ever."""
    responses.post(ADD, json=added(1, skipped_count=1))
    responses.post(LIST, json={"items": []})
    listed(("i7", "a@acme.com"))
    [outcome] = upsert(instantly, "a")
    assert isinstance(outcome, Done)
    assert (outcome.reference, outcome.detail["action"]) == ("i7", "none")
